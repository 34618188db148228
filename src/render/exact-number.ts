/**
 * Whether a number as it is written in YAML (any of the forms in plain-scalars.ts) is still the same number once JSON has it: what is sent
 * to the cluster has the digits that JavaScript prints, which are 17 at most.
 */
export function isKeptByJson(written: string, value: number): boolean {
  return decimalOf(inBaseTen(written)) === decimalOf(unsigned(String(value)));
}

function inBaseTen(written: string): string {
  const digits = unsigned(written.replaceAll('_', ''));
  if (/^0[0-7]+$/.test(digits)) {
    return BigInt(`0o${digits}`).toString();
  }
  return /^0[xob]/i.test(digits) ? BigInt(digits).toString() : digits;
}

/** Without a sign: that one is never lost, and -0 is 0. */
function unsigned(number: string): string {
  return number.replace(/^[-+]/, '');
}

/** One spelling for each amount: "1.50", "0150e-2" and "15e-1" are all "15e-1". */
function decimalOf(number: string): string {
  const [mantissa = '', power = '0'] = number.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = digits.slice(0, lengthWithoutZeros(digits));
  const exponent = Number(power) - fraction.length + digits.length - significant.length;
  return significant === '' ? '0' : `${significant}e${exponent}`;
}

function lengthWithoutZeros(digits: string): number {
  let length = digits.length;
  while (digits[length - 1] === '0') {
    length -= 1;
  }
  return length;
}
