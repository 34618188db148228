/** Everything of one lab that must differ from another lab's on the same machine, derived from one claimed number. */
export interface Addresses {
  readonly index: number;
  /** The host's end of the cable to the node; its name is the claim on `index`, because the kernel gives it to one lab only. */
  readonly link: string;
  readonly hostIp: string;
  readonly nodeIp: string;
  readonly linkPrefixLength: number;
  readonly podCidr: string;
  readonly serviceCidr: string;
  /** ClusterIP of the `kubernetes` Service: the API server takes the first address of its range. */
  readonly apiServiceIp: string;
  readonly ports: Ports;
}

export interface Ports {
  readonly api: number;
  readonly etcd: number;
  readonly etcdPeer: number;
  readonly registry: number;
  readonly downloads: number;
  readonly refusingRegistry: number;
  readonly fakeKubelet: number;
}

export const MAX_LABS = 200;

// Below the kernel's range for outgoing connections (32768 and up), which could take a chosen port at any moment.
const FIRST_PORT = 21_000;

export function addressesOf(index: number): Addresses {
  const port = FIRST_PORT + index * 10;
  return {
    index,
    link: `k8slab${index}`,
    hostIp: `10.243.${index}.1`,
    nodeIp: `10.243.${index}.2`,
    linkPrefixLength: 30,
    podCidr: `10.244.${index}.0/24`,
    serviceCidr: `10.96.${index}.0/24`,
    apiServiceIp: `10.96.${index}.1`,
    ports: {
      api: port,
      etcd: port + 1,
      etcdPeer: port + 2,
      registry: port + 3,
      downloads: port + 4,
      refusingRegistry: port + 5,
      fakeKubelet: port + 6,
    },
  };
}
