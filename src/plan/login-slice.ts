import type { RegistryLogin } from '../values/registry-login.ts';

/** Who may come in where: a private docker configuration is written when there is anything to put into it. */
export type LoginPlan = {
  readonly logins: readonly RegistryLogin[];
  /** The docker configuration of the job: what it knows stays known; and where the private one is written. */
  readonly userFolder: string;
  readonly folder: string;
  /** Where buildx keeps the job's builders; and the job's DOCKER_AUTH_CONFIG, which docker and buildx ask before any file. */
  readonly buildersFolder: string;
  readonly authConfig?: string | undefined;
  /** PEM of the authority that vouches for registries, or the path of a file with it. */
  readonly registryCa?: string | undefined;
  /** The job's SSL_CERT_DIR. */
  readonly certificateFolders?: string | undefined;
};
