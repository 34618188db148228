import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { run } from '../command.ts';
import { cacheFolder } from './cache-folder.ts';

/** Maven and a JDK with `javac` and `jlink`, found on this machine or installed. */
export interface Maven {
  /** The absolute path of the program. */
  readonly mvn: string;
  readonly javaHome: string;
  /** What a process that calls `mvn` needs, so that it uses that JDK and keeps its downloads in the lab's cache folder. */
  readonly env: Readonly<Record<'JAVA_HOME' | 'MAVEN_OPTS', string>>;
}

/** For which version the example is compiled: test/e2e/builders/jib/pom.xml. */
const MINIMUM_JAVA = 17;

/** Where Debian's default-jdk-headless is found, whatever the first `javac` on PATH is. */
const DEBIAN_JAVA_HOME = '/usr/lib/jvm/default-java';

/** Says what it installs; rejects in one sentence when this machine has neither the programs nor a way to get them. Needs no running lab. */
export async function maven(): Promise<Maven> {
  const found = findMaven();
  if (found !== undefined) return found;
  await install(missingPackages());
  const installed = findMaven();
  if (installed === undefined) {
    throw new Error(`there is no mvn on PATH, or no JDK of version ${MINIMUM_JAVA} or newer with javac and jlink`);
  }
  return installed;
}

function findMaven(): Maven | undefined {
  const mvn = onPath('mvn');
  const javaHome = findJavaHome();
  if (mvn === undefined || javaHome === undefined) return undefined;
  return { mvn, javaHome, env: { JAVA_HOME: javaHome, MAVEN_OPTS: mavenOptions() } };
}

function mavenOptions(): string {
  return [
    `-Dmaven.repo.local=${join(cacheFolder(), 'm2')}`,
    `-Djib.baseImageCache=${join(cacheFolder(), 'jib')}`,
    // Jib would ask the network for a newer version of itself.
    '-Djib.disableUpdateChecks=true',
  ].join(' ');
}

function missingPackages(): readonly string[] {
  return [
    ...(onPath('mvn') === undefined ? ['maven'] : []),
    ...(findJavaHome() === undefined ? ['default-jdk-headless'] : []),
  ];
}

async function install(packages: readonly string[]): Promise<void> {
  const names = packages.join(' ');
  if (!existsSync('/usr/bin/apt-get') || process.getuid?.() !== 0) {
    throw new Error(`the Debian packages ${names} are missing, and only root with apt-get can install them`);
  }
  console.error(`lab: installing Debian packages: ${names}`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await run(['apt-get', 'update'], { env });
  await run(['apt-get', 'install', '--yes', '--no-install-recommends', ...packages], { env });
}

function findJavaHome(): string | undefined {
  const javac = onPath('javac');
  const candidates = [
    process.env['JAVA_HOME'] ?? '',
    javac === undefined ? '' : dirname(dirname(realpathSync(javac))),
    DEBIAN_JAVA_HOME,
  ];
  return candidates.find((home) => home !== '' && isFullJdk(home));
}

function isFullJdk(home: string): boolean {
  const files = ['bin/javac', 'bin/jlink', 'release'].map((file) => join(home, file));
  return files.every((file) => existsSync(file)) && versionOf(home) >= MINIMUM_JAVA;
}

/** The major version, from the file `release` that every JDK has; NaN when it does not say. */
function versionOf(home: string): number {
  return Number(/^JAVA_VERSION="(\d+)/m.exec(readFileSync(join(home, 'release'), 'utf8'))?.[1]);
}

function onPath(program: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path));
}
