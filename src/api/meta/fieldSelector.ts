import { badRequest } from './statusError.ts'

/** One condition on a field. */
export interface FieldRequirement {
  readonly field: string
  readonly operator: '=' | '!='
  readonly value: string
}

/** All of the requirements; an empty list selects everything. */
export type FieldSelector = readonly FieldRequirement[]

/**
 * Reads a field selector: `spec.nodeName=a,status.phase!=Failed`. Throws BadRequest. Whether the fields can be selected by
 * is the resource's to say. Grammar and words of k8s.io/apimachinery/pkg/fields.ParseSelector.
 */
export function parseFieldSelector(text: string): FieldSelector {
  return terms(text)
    .sort()
    .filter(term => term !== '')
    .map(term => {
      const found = /!=|==?/.exec(term)
      if (!found) throw badRequest(`invalid selector: '${text}'; can't understand '${term}'`)
      return {
        field: term.slice(0, found.index),
        operator: found[0] === '!=' ? '!=' : '=',
        value: unescaped(term.slice(found.index + found[0].length)),
      }
    })
}

/** Splits at commas without a backslash before them. */
function terms(text: string): string[] {
  const all: string[] = []
  let start = 0
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\') i++
    else if (text[i] === ',') {
      all.push(text.slice(start, i))
      start = i + 1
    }
  }
  return [...all, text.slice(start)]
}

function unescaped(value: string): string {
  let out = ''
  const characters = [...value]
  for (let i = 0; i < characters.length; i++) {
    const c = characters[i]!
    if (c === '\\') {
      const next = characters[++i]
      if (next !== '\\' && next !== ',' && next !== '=')
        throw badRequest(`invalid field selector: invalid escape sequence: \\${next ?? ''}`)
      out += next
    } else if (c === ',' || c === '=')
      throw badRequest(`invalid field selector: unescaped character in value: ${c.charCodeAt(0)}`)
    else out += c
  }
  return out
}

/** Whether an object meets all requirements; `read` gives the text of a field. */
export const fieldSelectorMatches = (selector: FieldSelector, read: (field: string) => string): boolean =>
  selector.every(({ field, operator, value }) => (read(field) === value) === (operator === '='))

/** Selects what has these values in these fields. */
export const fieldSelectorFromSet = (set: Readonly<Record<string, string>>): FieldSelector =>
  Object.entries(set).map(([field, value]) => ({ field, operator: '=', value }))

/** The text that `parseFieldSelector` reads back. */
export const fieldSelectorToString = (selector: FieldSelector): string =>
  selector.map(({ field, operator, value }) => `${field}${operator}${value.replaceAll(/[\\,=]/g, '\\$&')}`).join(',')
