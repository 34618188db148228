/** What the name of a builder of ours begins with: the plan makes the names, and what is found by them is ours to remove. */
export const OWN_PREFIX = 'k8s-deploy-';

/** What the name of a builder begins with that stays for the next run. */
export const KEPT_PREFIX = 'k8s-deploy-kept-';

/** What is there of a builder outside of the folder that buildx keeps: buildx numbers the nodes of a builder from 0, ours have one. */
export type Remains = { readonly what: string; readonly command: string };

/** Name of the container that the driver docker-container makes. */
export function containerOf(builder: string): string {
  return `buildx_buildkit_${builder}0`;
}

/** Name of the volume of such a container. */
export function volumeOf(container: string): string {
  return `${container}_state`;
}

/** The name of one of our builders that goes away with its run, from the name of its container; undefined for everything else. */
export function builderOfContainer(container: string): string | undefined {
  const builder = /^\/?buildx_buildkit_(.+)0$/.exec(container)?.[1];
  return builder?.startsWith(OWN_PREFIX) === true && !builder.startsWith(KEPT_PREFIX) ? builder : undefined;
}

/** What a builder leaves when buildx cannot remove it, and how a person removes it. */
export function remainsOf(builder: string, driver: string): Remains {
  if (driver === 'kubernetes') {
    const maps = [`configmap/${builder}0-config`, `configmap/${builder}0-config-1`];
    return {
      what: `the Deployment ${builder}0 and its ConfigMaps in the namespace of the builder`,
      command: `kubectl delete --ignore-not-found deployment/${builder}0 ${maps.join(' ')}`,
    };
  }
  const container = containerOf(builder);
  return {
    what: `the container ${container} and its volume ${volumeOf(container)}`,
    command: `docker rm --force ${container} && docker volume rm ${volumeOf(container)}`,
  };
}
