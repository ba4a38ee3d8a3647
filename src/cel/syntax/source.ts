/** A problem at a place in an expression; `offset` counts code points, -1 means no place. */
export interface Issue {
  readonly offset: number
  readonly message: string
}

const reported = 100
const longestSnippet = 16384

/** The text of an expression, cut into lines for messages. */
export interface Source {
  readonly points: readonly string[]
  locate(offset: number): { readonly line: number; readonly column: number }
  line(number: number): string
}

export function source(text: string): Source {
  const points = [...text]
  const starts = [0]
  points.forEach((point, i) => {
    if (point === '\n') starts.push(i + 1)
  })
  return {
    points,
    locate(offset) {
      if (offset < 0) return { line: -1, column: -1 }
      let line = starts.length
      while (line > 1 && (starts[line - 1] as number) > offset) line--
      return { line, column: offset - (starts[line - 1] as number) }
    },
    line(number) {
      const end = starts[number]
      return points.slice(starts[number - 1], end === undefined ? undefined : end - 1).join('')
    },
  }
}

/** What is wrong with an expression, as cel-go prints it: each problem with its line and a mark below the place. */
export function displayIssues(text: Source, issues: readonly Issue[]): string {
  const places = issues.slice(0, reported).map(issue => ({ ...text.locate(issue.offset), message: issue.message }))
  places.sort((a, b) => a.line - b.line || a.column - b.column)
  const shown = places.map(place => display(text, place))
  if (issues.length > reported) shown.push(`${issues.length - reported} more errors were truncated`)
  return shown.join('\n')
}

function display(text: Source, { line, column, message }: { line: number; column: number; message: string }): string {
  const head = `ERROR: <input>:${line}:${column + 1}: ${message}`
  if (line < 1) return head
  const snippet = text.line(line).replaceAll('\t', ' ')
  if (snippet.length > longestSnippet) return head
  const points = [...snippet]
  const wide = (point: string | undefined): boolean => point !== undefined && (point.codePointAt(0) as number) > 0x7f
  const dots = points.slice(0, column).map(point => (wide(point) ? '．' : '.'))
  return `${head}\n | ${snippet}\n | ${dots.join('')}${wide(points[column]) ? '＾' : '^'}`
}
