import { findLab, startLab, type Lab } from '../lab/lab.ts';

/** A lab for a test file, and what to do when the file is done with it. */
export type BorrowedLab = { readonly lab: Lab; readonly giveBack: () => Promise<void> };

/** The running lab that K8S_DEPLOY_TEST_LAB names; without the variable one of our own, which ends with this process at the latest. */
export async function borrowLab(): Promise<BorrowedLab> {
  const name = process.env['K8S_DEPLOY_TEST_LAB'] ?? '';
  if (name === '') {
    const lab = await startLab({ name: `test-${process.pid}`, attached: true });
    return { lab, giveBack: async () => lab.stop() };
  }
  const lab = await findLab(name);
  if (lab === undefined) {
    throw new Error(
      `K8S_DEPLOY_TEST_LAB names the lab "${name}", which does not run: npm run lab -- up --name ${name}`,
    );
  }
  return { lab, giveBack: async () => undefined };
}
