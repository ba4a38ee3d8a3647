import { auditFlags } from './flags/audit.ts'
import { authnFlags } from './flags/authn.ts'
import { authzFlags } from './flags/authz.ts'
import { flowFlags } from './flags/flow.ts'
import { operationsFlags } from './flags/operations.ts'
import { storageFlags } from './flags/storage.ts'

/**
 * The kinds of value a flag takes: text, a port, any count, milliseconds (written as `1m30s`), texts with commas between
 * them or given several times, yes by being there, true or false, or one of the words listed.
 */
type FlagType = 'text' | 'number' | 'count' | 'duration' | 'list' | 'yes' | 'bool' | readonly string[]

/** One flag, for all that follows from it: parsing, help, docs/flags.md and completion. */
export interface Flag {
  readonly type: FlagType
  /** What stands for the value in help: `DIRECTORY`. */
  readonly value?: string
  readonly default?: string | number | boolean
  /** What the default is where it depends on the machine, in words. */
  readonly defaultText?: string
  readonly short?: string
  readonly help: string
  /** Without it the command cannot run. */
  readonly required?: true
  readonly on: readonly CommandName[]
}

/** The commands, in the order of help. */
export const commands = {
  up: 'Start a cluster on this machine, or what is missing of it, and wait until it is ready',
  down: 'End the cluster of this machine and remove everything it runs; what it stores stays',
  status: 'Say what runs, where the API is, and how nodes and pods are',
  demo: 'Start a cluster, run three nginx pods behind a Service, and fetch their page',
  server: 'Run the control plane in the foreground',
  agent: 'Run a node of a cluster in the foreground (Linux, root)',
  completion: 'Print completion for a shell',
  version: 'Print the version',
} as const

export type CommandName = keyof typeof commands

/** Words that follow the command's name. */
export const argumentsOf: {
  readonly [C in CommandName]?: { readonly name: string; readonly choices: readonly string[] }
} = { completion: { name: 'shell', choices: ['bash', 'zsh', 'fish'] } }

/** Every flag there is. */
export const flags = {
  'data-dir': {
    type: 'text',
    value: 'DIRECTORY',
    defaultText: '/var/lib/caravel for root, else $XDG_DATA_HOME/caravel',
    help: 'Where everything is kept: objects, keys, images, logs',
    on: ['up', 'down', 'status', 'demo', 'server', 'agent'],
  },
  'api-port': {
    type: 'number',
    value: 'PORT',
    default: 6443,
    help: 'Port of the API server',
    on: ['up', 'demo'],
  },
  kubeconfig: {
    type: 'text',
    value: 'FILE',
    defaultText: '$KUBECONFIG, else ~/.kube/config',
    help: 'The kubeconfig that gets the context caravel; its other entries stay as they are',
    on: ['up', 'demo', 'down'],
  },
  purge: {
    type: 'yes',
    help: 'Remove what is stored, too, and the context caravel of the kubeconfig',
    on: ['down'],
  },
  output: {
    type: ['text', 'json'],
    value: 'FORMAT',
    short: 'o',
    default: 'text',
    help: 'How to print',
    on: ['status', 'version'],
  },
  'bind-address': {
    type: 'text',
    value: 'ADDRESS',
    default: '0.0.0.0',
    help: 'Address the API server listens on',
    on: ['server'],
  },
  port: {
    type: 'number',
    value: 'PORT',
    default: 6443,
    help: 'Port the API server listens on; 0 for any free one',
    on: ['server'],
  },
  'advertise-address': {
    type: 'text',
    value: 'ADDRESS',
    defaultText: 'that of the interface with the default route',
    help: 'Address by which pods and nodes reach the API server',
    on: ['server'],
  },
  'service-cidr': {
    type: 'text',
    value: 'CIDR',
    default: '10.96.0.0/12',
    help: 'Range of the addresses of Services; or one of each family, with a comma between, the main one first',
    on: ['server'],
  },
  'cluster-cidr': {
    type: 'text',
    value: 'CIDR',
    default: '10.244.0.0/16',
    help: 'Range of the addresses of pods; every node gets a part of it',
    on: ['server', 'agent'],
  },
  'simulated-nodes': {
    type: 'number',
    value: 'COUNT',
    default: 0,
    help: 'Nodes that run no containers: pods on them go through their life as if',
    on: ['server'],
  },
  server: {
    type: 'text',
    value: 'URL',
    required: true,
    help: 'Where the API server is: https://10.0.0.5:6443',
    on: ['agent'],
  },
  token: {
    type: 'text',
    value: 'TOKEN',
    help: 'What lets the node join: the content of agent-token in the data directory of the server',
    on: ['agent'],
  },
  'token-file': {
    type: 'text',
    value: 'FILE',
    help: 'File with the token, read when it is needed, so that it may appear later',
    on: ['agent'],
  },
  'ca-file': {
    type: 'text',
    value: 'FILE',
    help: 'Certificate of the authority that the API server is verified against, where the token does not tell it',
    on: ['agent'],
  },
  'node-name': {
    type: 'text',
    value: 'NAME',
    defaultText: "the machine's name",
    help: 'Name of the node',
    on: ['agent'],
  },
  'node-ip': {
    type: 'text',
    value: 'ADDRESS',
    defaultText: 'that of the interface with the default route',
    help: 'Address of the node',
    on: ['agent'],
  },
  'log-file': {
    type: 'text',
    value: 'FILE',
    defaultText: 'standard error',
    help: 'Where to log to; at 10 MB it becomes FILE.1 and a new one begins',
    on: ['server', 'agent'],
  },
  'log-level': {
    type: ['debug', 'info', 'warn', 'error'],
    value: 'LEVEL',
    default: 'info',
    help: 'What to log at least',
    on: ['server', 'agent'],
  },
  ...storageFlags,
  ...operationsFlags,
  ...auditFlags,
  ...flowFlags,
  ...authnFlags,
  ...authzFlags,
} as const satisfies Record<string, Flag>

export type FlagName = keyof typeof flags

type Camel<S extends string> = S extends `${infer A}-${infer B}` ? `${A}${Capitalize<Camel<B>>}` : S
type ValueOf<F extends Flag> = F['type'] extends readonly (infer Word)[]
  ? Word
  : F['type'] extends 'number' | 'count' | 'duration'
    ? number
    : F['type'] extends 'yes' | 'bool'
      ? boolean
      : F['type'] extends 'list'
        ? readonly string[]
        : string
type Given<F extends Flag> = F extends { default: string | number | boolean } | { required: true } | { type: 'yes' }
  ? ValueOf<F>
  : ValueOf<F> | undefined

/** What a command gets: its flags by their names in camelCase. */
export type Options<C extends CommandName> = {
  readonly [N in FlagName as C extends (typeof flags)[N]['on'][number] ? Camel<N> : never]: Given<(typeof flags)[N]>
}

/** The flags of a command, in the order of the table. */
export function flagsOf(command: CommandName): [FlagName, Flag][] {
  return Object.entries<Flag>(flags).filter(([, flag]) => flag.on.includes(command)) as [FlagName, Flag][]
}

/** How the default reads in help and documents; undefined when there is none. */
export function defaultOf(flag: Flag): string | undefined {
  return flag.defaultText ?? (flag.default === undefined ? undefined : String(flag.default))
}

/** The words a flag's value may be, in words; empty when it may be anything. */
export function choicesOf({ type }: Flag): string {
  return typeof type === 'object' ? `one of ${type.join(', ')}` : ''
}
