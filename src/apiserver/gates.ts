/** What is not yet for everybody, under upstream's names: off until somebody asks for it. */
export const gates = {
  CBORServingAndStorage: { stage: 'ALPHA', default: false, what: 'serve CBOR beside JSON, YAML and protobuf' },
} as const

export type Gate = keyof typeof gates
export type Gates = Readonly<Record<Gate, boolean>>

const names = Object.keys(gates) as Gate[]
const truths: Readonly<Record<string, boolean>> = { true: true, false: false }

/** All gates as these settings leave them: `Name=true`, or `AllAlpha=true`, which any by name wins over. Throws an Error. */
export function readGates(settings: readonly string[]): Gates {
  const asked = new Map(settings.map(readSetting))
  const opened = (name: Gate) => asked.get(name) ?? asked.get('AllAlpha') ?? gates[name].default
  return Object.fromEntries(names.map(name => [name, opened(name)])) as Gates
}

function readSetting(setting: string): readonly [name: string, on: boolean] {
  const [name = '', value] = setting.split('=', 2).map(part => part.trim())
  if (value === undefined) throw new Error(`missing bool value for ${name}`)
  const on = truths[value.toLowerCase()]
  if (on === undefined) throw new Error(`invalid value of ${name}=${value}: it is neither true nor false`)
  if (name !== 'AllAlpha' && !names.includes(name as Gate))
    throw new Error(`unrecognized feature gate: ${name}; there are ${['AllAlpha', ...names].join(', ')}`)
  return [name, on]
}
