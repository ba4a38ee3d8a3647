import { gates } from '../../apiserver/gates.ts'
import type { Flag } from '../flags.ts'

/** How the server is run and looked at. */
export const operationsFlags = {
  config: {
    type: 'text',
    value: 'FILE',
    help: 'YAML file with flags by their names, without the dashes: those of the command line win over it',
    on: ['server', 'agent'],
  },
  'shutdown-delay-duration': {
    type: 'duration',
    value: 'DURATION',
    default: '0s',
    help: 'How long to go on serving after being asked to end, with /readyz failing, so that balancers look elsewhere first',
    on: ['server'],
  },
  'legacy-service-account-token-clean-up-period': {
    type: 'duration',
    value: 'DURATION',
    default: '8760h',
    help: 'How long a token of a service account that was made with it may be unused before it is refused, then deleted',
    on: ['server'],
  },
  controllers: {
    type: 'list',
    value: 'NAMES',
    help: 'Controllers to run: * for all, foo for the one named foo, -foo for all but it. All when absent',
    on: ['server'],
  },
  'disable-controller-manager': {
    type: 'yes',
    help: 'Run no controllers: others do, such as an upstream kube-controller-manager',
    on: ['server'],
  },
  'disable-scheduler': {
    type: 'yes',
    help: 'Run no scheduler: others do, such as an upstream kube-scheduler',
    on: ['server'],
  },
  'feature-gates': {
    type: 'list',
    value: 'NAME=BOOL',
    help: `Features to open or shut that are not yet for everybody. ${Object.entries(gates)
      .map(([name, gate]) => `${name} (${gate.stage}, default ${gate.default}): ${gate.what}`)
      .join('; ')}. AllAlpha: all of that stage`,
    on: ['server'],
  },
  'enable-admission-plugins': {
    type: 'list',
    value: 'NAMES',
    help: 'Admission plugins to run in addition to those that run by default: OwnerReferencesPermissionEnforcement, PodTolerationRestriction',
    on: ['server'],
  },
  'disable-admission-plugins': {
    type: 'list',
    value: 'NAMES',
    help: 'Admission plugins not to run, though they do by default',
    on: ['server'],
  },
  'log-requests': {
    type: 'yes',
    help: 'Write a line to the log for each request: who asked what, the status, the time it took',
    on: ['server'],
  },
  profiling: {
    type: 'yes',
    help: 'Answer /debug/pprof/profile?seconds=N and /debug/pprof/heap, for those whose role lets them read it',
    on: ['server'],
  },
} as const satisfies Record<string, Flag>
