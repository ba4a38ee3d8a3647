import { equal } from '../../schema/derive/equal.ts'
import { invalid } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import { nameColumn } from '../meta/columns.ts'
import { type Column, resource } from '../resource.ts'
import { statusApart, statusView } from '../views.ts'
import { podRequestRules, podRequestStatusRules } from './podCertificateRequestRules.ts'
import { PodCertificateRequest } from './podCertificateRequestType.ts'

export { PodCertificateRequest, PodCertificateRequestList } from './podCertificateRequestType.ts'

const column = (
  name: string,
  description: string,
  cell: (request: PodCertificateRequest) => string,
): Column<PodCertificateRequest> => ({ name, type: 'string', description, cell })

const annotationText = ({ spec: { unverifiedUserAnnotations = {} } }: PodCertificateRequest): string =>
  Object.entries(unverifiedUserAnnotations)
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join(',') || '<none>'

const stateOf = ({ status: { conditions = [] } }: PodCertificateRequest): string =>
  conditions.findLast(({ type }) => ['Issued', 'Denied', 'Failed'].includes(type))?.type ?? 'Pending'

/** That a pod gets a certificate from a signer; its node asks for it. */
export const podCertificateRequests = resource<PodCertificateRequest>({
  group: 'certificates.k8s.io',
  version: 'v1beta1',
  kind: 'PodCertificateRequest',
  plural: 'podcertificaterequests',
  namespaced: true,
  type: PodCertificateRequest,
  generation: false,
  conditionalUpdate: true,
  rules: (request, old) => (old ? [] : podRequestRules(request)),
  changes: statusApart<PodCertificateRequest>(() => ({}), {
    updateRules: (now, old) => (equal(now.spec, old.spec) ? [] : [invalid(at('spec'), now.spec, 'field is immutable')]),
  }),
  select: {
    'spec.signerName': ({ spec }) => spec.signerName,
    'spec.podName': ({ spec }) => spec.podName,
    'spec.nodeName': ({ spec }) => spec.nodeName,
  },
  columns: [
    nameColumn,
    column('PodName', 'Pod that gets it.', ({ spec }) => spec.podName),
    column('ServiceAccountName', 'Account of the pod.', ({ spec }) => spec.serviceAccountName),
    column('NodeName', 'Node of the pod.', ({ spec }) => spec.nodeName),
    column('SignerName', 'Who is to sign.', ({ spec }) => spec.signerName),
    column('State', 'What became of it.', stateOf),
    column('UnverifiedUserAnnotations', 'What the pod says.', annotationText),
  ],
  subresources: {
    status: statusView<PodCertificateRequest>({ keepMetadata: true, updateRules: podRequestStatusRules }),
  },
})
