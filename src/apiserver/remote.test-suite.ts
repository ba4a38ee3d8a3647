import { createPrivateKey } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { kubeconfig } from '../net/kubeconfig.ts'
import { issue, makeCa } from '../net/x509/index.ts'

export interface Posted {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** An HTTPS server on loopback with an authority of its own, which notes what it is asked. */
export interface LoopbackServer {
  readonly url: string
  /** PEM. */
  readonly ca: string
  /** Of a kubeconfig that names it. */
  readonly file: string
  readonly posted: Posted[]
  stop(): Promise<void>
}

/** `answer` gives the status and the body, as an object or a text. */
export async function startLoopback(
  answer: (asked: Posted) => readonly [number, unknown] | Promise<readonly [number, unknown]>,
): Promise<LoopbackServer> {
  const now = Date.now()
  const lifetime = { notBefore: now - 60_000, notAfter: now + 3_600_000 }
  const ca = await makeCa({ subject: { commonName: 'loopback' }, ...lifetime })
  const pair = await issue(
    { subject: { commonName: 'loopback' }, ...lifetime, usage: 'server', addresses: ['127.0.0.1'] },
    { subject: { commonName: 'loopback' }, key: createPrivateKey(ca.key) },
  )
  const posted: Posted[] = []
  const server = createServer({ cert: pair.cert, key: pair.key }, (request, response) => {
    let body = ''
    request.on('data', chunk => (body += chunk))
    request.on('end', async () => {
      const asked = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body }
      posted.push(asked)
      const [status, content] = await answer(asked)
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(typeof content === 'string' ? content : JSON.stringify(content))
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  const directory = mkdtempSync(join(tmpdir(), 'caravel-loopback-'))
  const file = join(directory, 'kubeconfig')
  writeFileSync(file, kubeconfig({ server: url, ca: ca.cert, token: 'loopback', name: 'loopback' }), { mode: 0o600 })
  return {
    url,
    ca: ca.cert,
    file,
    posted,
    stop() {
      rmSync(directory, { recursive: true })
      server.closeAllConnections()
      return new Promise(resolve => server.close(() => resolve()))
    },
  }
}
