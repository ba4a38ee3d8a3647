import { matchConditionsBudget } from '../../../cel/index.ts'
import type { Told } from '../webhook/conditions.ts'
import type { Inquiries } from '../webhook/inquiries.ts'
import type { Compiled } from './compile.ts'
import { evaluation, OutOfBudget } from './evaluation.ts'
import type { Seen } from './seen.ts'

/**
 * Whether all match conditions hold. One that does not decides, whatever becomes of the others; otherwise one that cannot
 * be told is a text in upstream's words. Upstream's matchconditions.Match.
 */
export async function conditionsHold(
  { conditions }: Pick<Compiled, 'conditions'>,
  seen: Seen,
  params: unknown,
  inquiries: Inquiries,
  told: Told,
): Promise<boolean | { readonly error: string }> {
  if (!conditions.length) return true
  const begun = performance.now()
  const tell = () => told(problems.length, (performance.now() - begun) / 1000)
  const run = evaluation({ variables: new Map() }, seen, params, inquiries, matchConditionsBudget)
  const problems: string[] = []
  try {
    for (const condition of conditions) {
      const result = await run.result(condition)
      if ('error' in result) problems.push(result.error)
      else if (result.value === false) {
        tell()
        return false
      }
    }
  } catch (error) {
    if (!(error instanceof OutOfBudget)) throw error
    tell()
    return { error: error.message }
  }
  if (!problems.length) return true
  tell()
  return { error: problems.length === 1 ? (problems[0] as string) : `[${problems.join(', ')}]` }
}
