import { formatCheck } from '../../schema/derive/fromCrd/formats.ts'
import {
  asPrefix,
  type Check,
  dns1035Label,
  dnsLabel,
  dnsSubdomain,
  labelValue,
  qualifiedName,
} from '../../schema/rules/names.ts'
import { fn, type Library, method } from '../check/environment.ts'
import { list, optional, string, struct } from '../types.ts'
import { listOf } from '../values/collections.ts'
import { none, Opaque, Optional } from '../values/value.ts'

const formatType = struct('kubernetes.NamedFormat', {})

/** A format of texts that has a name. */
export class Format extends Opaque {
  readonly type = formatType
  readonly name: string
  readonly check: Check
  /** Characters of a pattern that would do the same: what a check costs. */
  readonly patternSize: number
  constructor(name: string, check: Check, patternSize: number) {
    super()
    this.name = name
    this.check = check
    this.patternSize = patternSize
  }
  equals(other: Opaque): boolean {
    return other instanceof Format && other.name === this.name
  }
}

const known =
  (format: string, otherwise: string): Check =>
  text =>
    formatCheck(format)?.(text) ? [] : [otherwise]

const uri: Check = text =>
  formatCheck('uri')?.(text) ? [] : [`parse ${JSON.stringify(text)}: invalid URI for request`]
const uuidPattern = 70
const dateTimePattern = 71

const named: Readonly<Record<string, Format>> = {
  dns1123Label: new Format('DNS1123Label', dnsLabel, 30),
  dns1123Subdomain: new Format('DNS1123Subdomain', dnsSubdomain, 60),
  dns1035Label: new Format('DNS1035Label', dns1035Label, 30),
  qualifiedName: new Format('QualifiedName', qualifiedName, 60),
  dns1123LabelPrefix: new Format('DNS1123LabelPrefix', asPrefix(dnsLabel), 30),
  dns1123SubdomainPrefix: new Format('DNS1123SubdomainPrefix', asPrefix(dnsSubdomain), 60),
  dns1035LabelPrefix: new Format('DNS1035LabelPrefix', asPrefix(dns1035Label), 30),
  labelValue: new Format('LabelValue', labelValue, 40),
  uri: new Format('URI', uri, 1103),
  uuid: new Format('uuid', known('uuid', 'does not match the UUID format'), uuidPattern),
  byte: new Format('byte', known('byte', 'invalid base64'), 84),
  date: new Format('date', known('date', 'invalid date'), dateTimePattern),
  datetime: new Format('datetime', known('datetime', 'invalid datetime'), dateTimePattern),
}

/** Kubernetes' named formats: `format.dns1123Label().validate(name)`. */
export const formats: Library = {
  types: { 'kubernetes.NamedFormat': formatType },
  functions: {
    ...Object.fromEntries(
      Object.entries(named).map(([name, format]) => [
        `format.${name}`,
        [fn(`format.${name}`, [], formatType, () => format)],
      ]),
    ),
    validate: [
      method('format-validate', [formatType, string], optional(list(string)), (format, text) => {
        const wrong = (format as Format).check(text as string)
        return wrong.length ? new Optional(listOf(wrong)) : none
      }),
    ],
    'format.named': [
      fn('format-named', [string], optional(formatType), name =>
        Object.hasOwn(named, name as string) ? new Optional(named[name as string]) : none,
      ),
    ],
  },
}
