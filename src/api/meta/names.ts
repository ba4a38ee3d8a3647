import { dns1035Label, dnsLabel, dnsSubdomain } from '../../schema/rules/names.ts'

type Check = (name: string) => readonly string[]

/** A check of names, as `resource` wants it: the `-` at the end of a prefix is fine, since more will follow. */
const naming =
  (check: Check) =>
  (name: string, prefix: boolean): readonly string[] =>
    check(prefix && name.length > 1 && name.endsWith('-') ? `${name.slice(0, -2)}a` : name)

export const subdomainName = naming(dnsSubdomain)
export const labelName = naming(dnsLabel)
export const dns1035LabelName = naming(dns1035Label)

/** A name that is one piece of a URL path: roles and their bindings. */
export function pathSegmentName(name: string, prefix: boolean): readonly string[] {
  if (!prefix && (name === '.' || name === '..')) return [`may not be '${name}'`]
  return ['/', '%'].filter(content => name.includes(content)).map(content => `may not contain '${content}'`)
}
