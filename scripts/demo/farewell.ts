import { heading, line } from './say.ts';
import { visitShop } from './shop-page.ts';
import { NAMESPACE, type World } from './world.ts';

export async function sayWhoAnswers({ lab }: World): Promise<void> {
  const { url, body } = await visitShop(lab, '(');
  heading('The shop, answered by a real pod');
  line(`${url} → ${body}`);
}

export function sayHowToLookAround({ lab }: World): void {
  heading('Look around');
  for (const command of lookingAround(lab.provider === 'native')) line(command);
}

function lookingAround(isNative: boolean): readonly string[] {
  return [
    ...(isNative ? ['eval "$(npm run --silent lab -- env --name demo)"'] : []),
    `kubectl --namespace ${NAMESPACE} get deployments,replicasets,pods --output wide`,
    `kubectl --namespace ${NAMESPACE} logs deployment/agent`,
    `kubectl --namespace ${NAMESPACE} describe pods --selector app=server`,
    'npm run lab -- down --name demo        # when you have seen enough',
  ];
}
