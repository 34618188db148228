import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatDate } from '../../../src/values/date-format.ts';
import { parsePythonVersion } from '../../../src/values/python-version.ts';
import { parseSemanticVersion } from '../../../src/values/semantic-version.ts';
import { parseTagRule } from '../../../src/values/tag-rule.ts';

const BAD: readonly (readonly [line: string, message: string])[] = [
  [
    'type=branch',
    '"type=branch" has the type "branch": there is only schedule, semver, pep440, match, edge, ref, raw, sha',
  ],
  ['type=semvar,pattern=x', '"type=semvar,pattern=x" has the type "semvar": did you mean semver?'],
  ['type=sha,formt=long', '"type=sha,formt=long" has the attribute "formt": did you mean format?'],
  [
    'type=edge,foo',
    '"type=edge,foo" has the attribute "value": there is only branch, enable, priority, prefix, suffix',
  ],
  ['type=ref', '"type=ref" has no event='],
  ['type=semver', '"type=semver" has no pattern='],
  ['type=raw', '"type=raw" has no value='],
  ['type=ref,event=push', '"type=ref,event=push" has event=push, which is none of branch, tag, pr'],
  ['type=sha,format=tiny', '"type=sha,format=tiny" has format=tiny, which is none of short, long'],
  ['type=sha,enable=yes', '"type=sha,enable=yes" has enable=yes, which is none of true, false'],
  ['type=sha,priority=high', '"type=sha,priority=high" has priority=high, which is not a number'],
  ['type=match,pattern=v(', '"type=match,pattern=v(" has a regular expression that is none'],
  ['type=raw,"value=x', '"type=raw,"value=x" has a quote that is not closed'],
  [
    'type=raw,value={{branche}}',
    'in "type=raw,value={{branche}}", {{branche}} is none of {{branch}}, {{tag}}, {{sha}}, {{base_ref}}, {{is_default_branch}}, {{is_not_default_branch}}, {{date \'YYYYMMDD\'}}',
  ],
  ['type=raw,value={{sha', 'in "type=raw,value={{sha", "{{sha" has an expression that is not like {{name}}'],
  [
    "type=schedule,pattern={{date 'ww'}}",
    'in "type=schedule,pattern={{date \'ww\'}}", "ww" has the letters ww, which mean no date here: write [ww] for mere text',
  ],
  [
    "type=raw,value={{date 'YYYY' tz='Mars/Base'}}",
    'in "type=raw,value={{date \'YYYY\' tz=\'Mars/Base\'}}", "Mars/Base" is not a time zone like UTC or Asia/Tokyo',
  ],
];

for (const [line, message] of BAD) {
  test(`${line} is refused`, () => {
    assert.throws(() => parseTagRule(line), { message });
  });
}

test('a rule keeps its attributes as they were written', () => {
  const text = 'type=ref, event=branch ,"prefix=a,""b"""';
  assert.deepEqual(parseTagRule(text), { type: 'ref', attributes: { event: 'branch', prefix: 'a,"b"' }, text });
});

const MOMENT = Date.UTC(2021, 0, 3, 13, 4, 9, 78);

for (const [format, zone, expected] of [
  ['dddd, MMMM Do YYYY, h:mm:ss a', 'UTC', 'Sunday, January 3rd 2021, 1:04:09 pm'],
  ['YY Q M MM MMM D DD DDD DDDD', 'UTC', '21 1 1 01 Jan 3 03 3 003'],
  ['d dd ddd E', 'UTC', '0 Su Sun 7'],
  ['GGGG-[W]WW-E GG W', 'UTC', '2020-W53-7 20 53'],
  ['H HH hh m s A', 'UTC', '13 13 01 4 9 PM'],
  ['SSS SS S', 'UTC', '078 07 0'],
  ['X x', 'Asia/Tokyo', '1609679049 1609679049078'],
  ['YYYY-MM-DDTHH:mm:ssZ ZZ', 'Asia/Kolkata', '2021-01-03T18:34:09+05:30 +0530'],
  ['HH Z', 'America/St_Johns', '09 -03:30'],
  ['YYYY-MM-DD[T]HH:mm:ss.SSS[Z]', 'UTC', '2021-01-03T13:04:09.078Z'],
  [String.raw`\YYYYY`, 'UTC', 'Y2021'],
] as const) {
  test(`the format ${format} in ${zone}`, () => {
    assert.equal(formatDate(MOMENT, format, zone), expected);
  });
}

for (const day of [1, 2, 3, 4, 11, 12, 13, 21, 22, 23, 31]) {
  test(`the ordinal of ${day}`, () => {
    const ending = { 1: 'st', 2: 'nd', 3: 'rd', 21: 'st', 22: 'nd', 23: 'rd', 31: 'st' }[day] ?? 'th';
    assert.equal(formatDate(Date.UTC(2021, 0, day), 'Do', 'UTC'), `${day}${ending}`);
  });
}

for (const text of ['1.2', '1.2.3.4', '01.2.3', '1.2.3-', '1.2.3-a..b', '1.2.3-01', '1.2.3+', 'latest', '']) {
  test(`"${text}" is no semantic version`, () => {
    assert.equal(parseSemanticVersion(text), undefined);
  });
}

for (const [text, version] of [
  ['1.0ALPHA1', '1.0a1'],
  ['1.0-c.3', '1.0rc3'],
  ['01.02', '1.2'],
  ['1.0.post', '1.0.post0'],
  ['1.0a2.post3.dev4', '1.0a2.post3.dev4'],
  ['1.0+Ubuntu-1', '1.0+ubuntu.1'],
  ['1.0-x', undefined],
] as const) {
  test(`the Python version ${text} is ${version ?? 'none'}`, () => {
    assert.equal(parsePythonVersion(text)?.version, version);
  });
}
