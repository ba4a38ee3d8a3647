import { InvalidArgumentError } from 'commander'
import { parseDuration } from '../schema/scalars/time.ts'
import type { Flag } from './flags.ts'

/** Reads the text of a flag's value. Throws InvalidArgumentError. */
export function reader({ type }: Flag): (text: string) => unknown {
  if (type === 'number') return wholeNumber
  if (type === 'count') return countOf
  if (type === 'duration') return durationOf
  if (type === 'bool' || type === 'yes') return truthOf
  if (type === 'list') return listOf
  return text => text
}

function wholeNumber(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535)
    throw new InvalidArgumentError('It is no number from 0 to 65535.')
  return Number(text)
}

function countOf(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It is no whole number.')
  return Number(text)
}

function durationOf(text: string): number {
  try {
    return parseDuration(text)
  } catch {
    throw new InvalidArgumentError('It is no duration like 30s or 1m30s.')
  }
}

function truthOf(text: string): boolean {
  if (text !== 'true' && text !== 'false') throw new InvalidArgumentError('It is neither true nor false.')
  return text === 'true'
}

const listOf = (text: string): readonly string[] =>
  text
    .split(',')
    .map(word => word.trim())
    .filter(word => word !== '')
