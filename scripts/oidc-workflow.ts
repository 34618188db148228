/** What deploy-oidc.yml has in place of what deploy.yml has. Each text is there exactly once. */
type Change = { readonly from: string; readonly to: string };

const HEADER = `# Generated from deploy.yml: node scripts/generate-oidc-workflow.ts
#
# The same without a secret: GitHub vouches for the job, and the cloud lets it in. For other repositories:
#
#   jobs:
#     deploy:
#       uses: org/k8s-deploy/.github/workflows/deploy-oidc.yml@v1
#       permissions: # all four, or GitHub does not start the run
#         contents: read
#         packages: write
#         deployments: write
#         id-token: write
#       with:
#         cloud: aws
#         environments: '[{"name": "staging"}, {"name": "production"}]'
#         manifests: k8s
#
# Where to, is in variables of each environment, or of the repository: CLUSTER, and
#   aws: AWS_ROLE, AWS_REGION
#   google: GCP_PROVIDER, GCP_SERVICE_ACCOUNT, GCP_LOCATION
#   azure: AZURE_CLIENT_ID, AZURE_TENANT_ID, AZURE_SUBSCRIPTION_ID, AZURE_RESOURCE_GROUP
# What the cloud has to trust is the subject repo:<owner>/<name>:environment:<environment>, and better job_workflow_ref too.
`;

const CLOUD_INPUTS = `      cloud:
        description: aws, google or azure
        type: string
        required: true
      registry-in-cloud:
        description: Whether the build enters the cloud too, to push there; its subject has no environment
        type: boolean
        default: false
      order:
`;

const ID_TOKEN = '      id-token: write # to enter the cloud without a secret\n';

const logins = (condition: string): string => `      - name: Enter AWS
        if: \${{ inputs.cloud == 'aws'${condition} }}
        uses: aws-actions/configure-aws-credentials@e6de054238d6b7531b4efff3b6587d9aade6a06c # v6.2.3
        with:
          role-to-assume: \${{ vars.AWS_ROLE }}
          aws-region: \${{ vars.AWS_REGION }}
      - name: Enter Google Cloud
        if: \${{ inputs.cloud == 'google'${condition} }}
        uses: google-github-actions/auth@7c6bc770dae815cd3e89ee6cdf493a5fab2cc093 # v3.0.0
        with:
          workload_identity_provider: \${{ vars.GCP_PROVIDER }}
          service_account: \${{ vars.GCP_SERVICE_ACCOUNT }}
      - name: Enter Azure
        if: \${{ inputs.cloud == 'azure'${condition} }}
        uses: azure/login@f5d393ae46f8fde4be8b75f32e3fc50e654ad0ca # v3.0.1
        with:
          client-id: \${{ vars.AZURE_CLIENT_ID }}
          tenant-id: \${{ vars.AZURE_TENANT_ID }}
          subscription-id: \${{ vars.AZURE_SUBSCRIPTION_ID }}
`;

const CLUSTERS = `      - name: The cluster at AWS
        id: aws
        if: \${{ inputs.cloud == 'aws' }}
        shell: bash
        run: |
          aws eks update-kubeconfig --name "$CLUSTER" --kubeconfig "$RUNNER_TEMP/eks-kubeconfig"
          echo "kubeconfig=$RUNNER_TEMP/eks-kubeconfig" >> "$GITHUB_OUTPUT"
        env:
          CLUSTER: \${{ vars.CLUSTER }}
      - name: The cluster at Google
        id: google
        if: \${{ inputs.cloud == 'google' }}
        uses: google-github-actions/get-gke-credentials@3da1e46a907576cefaa90c484278bb5b259dd395 # v3.0.0
        with:
          cluster_name: \${{ vars.CLUSTER }}
          location: \${{ vars.GCP_LOCATION }}
      - name: The cluster at Azure
        id: azure
        if: \${{ inputs.cloud == 'azure' }}
        shell: bash
        run: |
          az aks install-cli --install-location "$RUNNER_TEMP/aks/kubectl" --kubelogin-install-location "$RUNNER_TEMP/aks/kubelogin"
          az aks get-credentials --resource-group "$GROUP" --name "$CLUSTER" --file "$RUNNER_TEMP/aks/kubeconfig"
          "$RUNNER_TEMP/aks/kubelogin" convert-kubeconfig --login azurecli --kubeconfig "$RUNNER_TEMP/aks/kubeconfig"
          echo "$RUNNER_TEMP/aks" >> "$GITHUB_PATH"
          echo "kubeconfig=$RUNNER_TEMP/aks/kubeconfig" >> "$GITHUB_OUTPUT"
        env:
          CLUSTER: \${{ vars.CLUSTER }}
          GROUP: \${{ vars.AZURE_RESOURCE_GROUP }}
`;

const CHANGES: readonly Change[] = [
  { from: 'name: deploy\non:', to: 'name: deploy-oidc\non:' },
  { from: '      order:\n', to: CLOUD_INPUTS },
  { from: '      contents: read # to check out\n', to: `      contents: read # to check out\n${ID_TOKEN}` },
  {
    from: '      contents: read # to check out, and to ask which of two commits is newer\n',
    to: `      contents: read # to check out, and to ask which of two commits is newer\n${ID_TOKEN}`,
  },
  { from: '      - name: Build\n', to: `${logins(' && inputs.registry-in-cloud')}      - name: Build\n` },
  { from: '      - name: Deploy\n', to: `${logins('')}${CLUSTERS}      - name: Deploy\n` },
  {
    from: '      kubeconfig:\n        description: The kubeconfig, or what the environment has under the same name\n',
    to: '',
  },
  {
    from: `      kubeconfig-file:
        description: Path of a kubeconfig on a runner of your own, instead of the secret
        type: string
`,
    to: '',
  },
  {
    from: '${{ secrets.kubeconfig || inputs.kubeconfig-file }}',
    to: '${{ steps.aws.outputs.kubeconfig || steps.google.outputs.kubeconfig_path || steps.azure.outputs.kubeconfig }}',
  },
];

/** deploy-oidc.yml, made of deploy.yml: a workflow of its own, for callers of deploy.yml must not have to grant `id-token: write`. */
export function oidcWorkflow(deploy: string): string {
  const body = deploy.slice(deploy.indexOf('\nname: deploy\n') + 1);
  return CHANGES.reduce((text, { from, to }) => {
    const found = text.split(from).length - 1;
    if (found !== 1) {
      throw new Error(`deploy.yml has ${found} times, and not once,\n${from}`);
    }
    return text.replaceAll(from, () => to);
  }, HEADER + body);
}
