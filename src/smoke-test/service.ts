import { DeployError } from '../errors.ts';
import { statusMessage, type ApiAnswer, type KubeApi } from '../kube/api.ts';
import { textAt } from '../values/json.ts';
import { proxiedName, type SmokeTest } from '../values/smoke-test.ts';
import { judgeAnswer, quote, statusText, type Attempt } from './attempt.ts';

type ServiceTest = Extract<SmokeTest, { kind: 'service' }>;

/**
 * Asks a Service through the API server. What the API server says of itself, such as "no endpoints available", is never the answer of the
 * Service, whatever status is expected. Ports 443 and 8443, and one with the name https, are asked by TLS; no certificate is verified there.
 */
export async function askService(test: ServiceTest, namespace: string, api: KubeApi): Promise<Attempt> {
  try {
    const answer = await api.request({ method: 'GET', path: proxyPath(test, namespace), headers: { accept: '*/*' } });
    return isOfCluster(answer) ? judgeRefusal(answer) : judgeAnswer(answer.status, answer.text, test.expected);
  } catch (error) {
    if (error instanceof DeployError && error.code !== 'cancelled') {
      return { result: 'failed', text: withoutAnswer(error) };
    }
    throw error;
  }
}

function proxyPath(test: ServiceTest, namespace: string): string {
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/services/${proxiedName(test)}/proxy${test.path}`;
}

/** A Status object of the API server. */
function isOfCluster({ body }: ApiAnswer): boolean {
  return (
    textAt(body, 'kind') === 'Status' && textAt(body, 'apiVersion') === 'v1' && textAt(body, 'status') === 'Failure'
  );
}

function judgeRefusal(answer: ApiAnswer): Attempt {
  const message = quote(statusMessage(answer));
  return answer.status === 403
    ? { result: 'hopeless', text: `the kubeconfig's user may not get services/proxy: ${message}` }
    : { result: 'failed', text: `${statusText(answer.status)}: ${message}` };
}

function withoutAnswer({ code, message }: DeployError): string {
  const words = message.replace(/^The API server does not answer: /, '');
  return code === 'cluster-unreachable' ? `no answer: ${quote(words)}` : quote(message);
}
