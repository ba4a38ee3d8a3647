import { get } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

const oneTry = 2_000
const pause = 20

/** Fetches a page, again until it is there: a Service's way opens a moment after its pods are ready. */
export async function fetchPage(url: string, signal: AbortSignal): Promise<string> {
  for (;;) {
    try {
      return await once(url)
    } catch (error) {
      if (signal.aborted) throw new Error(`fetching ${url}`, { cause: error })
      await sleep(pause)
    }
  }
}

function once(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false, timeout: oneTry }, async response => {
      try {
        let text = ''
        for await (const chunk of response.setEncoding('utf8')) text += chunk
        if (response.statusCode === 200) resolve(text)
        else reject(new Error(`the answer was status ${response.statusCode}`))
      } catch (error) {
        reject(error)
      }
    })
    request.once('timeout', () => request.destroy(new Error(`no answer within ${oneTry} ms`)))
    request.once('error', reject)
  })
}

/** What stands in the title of a page. */
export const titleOf = (html: string): string =>
  /<title>([^<]*)<\/title>/.exec(html)?.[1]?.trim() ?? 'a page without a title'
