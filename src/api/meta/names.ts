import {
  asPrefix,
  type Check,
  dnsLabel,
  dnsSubdomain,
  pathSegment,
  pathSegmentPrefix,
} from '../../schema/rules/names.ts'

/** A check of names, as `resource` wants it: the `-` at the end of a prefix is fine, since more will follow. */
const naming = (check: Check) => (name: string, prefix: boolean) => (prefix ? asPrefix(check) : check)(name)

export const subdomainName = naming(dnsSubdomain)
export const labelName = naming(dnsLabel)

/** A name that is one piece of a URL path: roles and their bindings. */
export const pathSegmentName = (name: string, prefix: boolean): readonly string[] =>
  prefix ? pathSegmentPrefix(name) : pathSegment(name)
