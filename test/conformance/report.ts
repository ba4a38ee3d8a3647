/** What ginkgo's JSON report says of one test, as far as it is read here. */
interface Spec {
  readonly ContainerHierarchyTexts: readonly string[] | null
  readonly LeafNodeText: string
  readonly LeafNodeType: string
  readonly State: string
  readonly RunTime: number
  readonly Failure?: { readonly Message?: string }
}

export interface Result {
  /** The full name: containers and test, as `--focus` matches it. */
  readonly name: string
  readonly passed: boolean
  readonly seconds: number
  /** The first line of what went wrong. */
  readonly why: string
}

/** The tests that were run, of the text of a JSON report. */
export function resultsOf(report: string): readonly Result[] {
  const suites = JSON.parse(report) as readonly { readonly SpecReports: readonly Spec[] | null }[]
  return suites
    .flatMap(({ SpecReports }) => SpecReports ?? [])
    .filter(spec => spec.LeafNodeType === 'It' && spec.State !== 'skipped' && spec.State !== 'pending')
    .map(spec => ({
      name: [...(spec.ContainerHierarchyTexts ?? []), spec.LeafNodeText].join(' '),
      passed: spec.State === 'passed',
      seconds: spec.RunTime / 1e9,
      why: (spec.Failure?.Message ?? '').split('\n').slice(0, 3).join(' ').slice(0, 300),
    }))
}
