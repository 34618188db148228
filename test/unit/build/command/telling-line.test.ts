import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tellingLine } from '../../../../src/build/command/telling-line.ts';

const KO = `2026/11/21 21:22:29 Using base 127.0.0.1:5000/library/busybox:1@sha256:0d7a for example.com/server
2026/11/21 21:22:29 Building example.com/server for linux/amd64
Error: failed to publish images: error building "ko://example.com/server": build: go build: exit status 1: # example.com/server
./main.go:10:17: undefined: nonesuch
`;

const MAVEN_COMPILER = `[0m[INFO] Scanning for projects...
[WARNING] /checkout/src/main/java/Old.java:[3,1] something is deprecated: a warning
[INFO] -------------------------------------------------------------
[ERROR] COMPILATION ERROR :
[ERROR] /checkout/src/main/java/Server.java:[7,41] cannot find symbol
  symbol:   variable nonesuch
[INFO] BUILD FAILURE
[ERROR] Failed to execute goal org.apache.maven.plugins:maven-compiler-plugin:3.15.0:compile (default-compile) on project server: Compilation failure
[ERROR] -> [Help 1]
[ERROR] To see the full stack trace of the errors, re-run Maven with the -e switch.
[ERROR] [Help 1] http://cwiki.apache.org/confluence/display/MAVEN/MojoFailureException
[0m[0m
[0m`;

const MAVEN_JIB = `[INFO] BUILD FAILURE
[INFO] Total time:  29.316 s
[ERROR] Failed to execute goal com.google.cloud.tools:jib-maven-plugin:3.5.2:build (default-cli) on project server: the base image is not a manifest list. -> [Help 1]
[ERROR] 
[ERROR] To see the full stack trace of the errors, re-run Maven with the -e switch.
[ERROR] Re-run Maven using the -X switch to enable full debug logging.
[ERROR] 
[ERROR] For more information about the errors and possible solutions, please read the following articles:
[ERROR] [Help 1] http://cwiki.apache.org/confluence/display/MAVEN/MojoExecutionException
[0m`;

for (const [says, printed, line] of [
  ['ko: the line of the compiler', KO, './main.go:10:17: undefined: nonesuch'],
  ['Maven: the first line of the compiler', MAVEN_COMPILER, 'src/main/java/Server.java:[7,41] cannot find symbol'],
  [
    'Maven: the error, not the advice below it',
    MAVEN_JIB,
    'Failed to execute goal com.google.cloud.tools:jib-maven-plugin:3.5.2:build (default-cli) on project server: the base image is not a manifest list.',
  ],
  [
    'javac by Gradle',
    '> Task :compileJava FAILED\n/checkout/Server.java:7: error: cannot find symbol\n1 error\n',
    'Server.java:7: error: cannot find symbol',
  ],
  [
    'TypeScript',
    'src/a.ts(3,5): error TS2304: Cannot find name.\nFound 1 error.',
    'src/a.ts(3,5): error TS2304: Cannot find name.',
  ],
  ['an error among other lines', 'error: no space left\nbye\n', 'error: no space left'],
  [
    'a registry is no source file',
    'a\ndial tcp reg.example.com:5000: connection refused',
    'dial tcp reg.example.com:5000: connection refused',
  ],
  ['the last line where nothing looks like an error', 'one\ntwo\n \n---\n', 'two'],
  ['nothing', '', ''],
] as const) {
  test(`what a failed program is quoted with: ${says}`, () => {
    assert.equal(tellingLine(printed.split('\n'), '/checkout'), line);
  });
}

test('a very long line is cut', () => {
  assert.equal(tellingLine(['x'.repeat(1000)], '/checkout').length, 300);
});
