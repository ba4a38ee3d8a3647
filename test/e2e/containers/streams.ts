import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Machine } from '../machine.ts'
import { shell } from './pods.ts'

/** Logs, exec, attach, copies and forwarded ports. */
export function streamTests(machine: () => Machine): void {
  describe('streams', () => {
    const kubectl = (...args: string[]) => machine().kubectl(...args)

    before(async () => {
      const script =
        'i=0; while :; do i=$((i+1)); echo line $i; sleep 0.2; done & nc -ll -p 8080 -e echo over tcp & exec tail -f /dev/null'
      await machine().kubectl.apply([shell('talks', script)])
      await kubectl('wait', '--for=condition=Ready', 'pod/talks', '--timeout=30s')
    })
    after(() => kubectl('delete', 'pod', 'talks', '--now', '--timeout=30s'))

    it('logs: all, the last lines, with times, and as they come', async () => {
      const follow = machine().kubectl.follow(['logs', '-f', 'talks'])
      try {
        await follow.until(/^line 1\nline 2\nline 3\n/)
        const seen = Number(follow.said().match(/line (\d+)\n$/)?.[1])
        await follow.until(new RegExp(`line ${seen + 3}\\n`))
      } finally {
        await follow.stop()
      }
      assert.match(await kubectl('logs', 'talks', '--tail=2'), /^line \d+\nline \d+\n$/)
      assert.match(await kubectl('logs', 'talks', '--tail=1', '--timestamps'), /^20\S+T\S+Z line \d+\n$/)
      assert.match(await kubectl('logs', 'talks', '--limit-bytes=6'), /^line 1$/)
      assert.match(await kubectl('logs', '-l', 'app=talks', '--prefix', '--tail=1'), /^\[pod\/talks\/c\] line \d+\n$/)
      assert.equal((await kubectl('logs', 'talks', '--since=1s')).includes('line 1\n'), false)
      const none = await machine().kubectl.run(['logs', 'talks', '-c', 'nobody'])
      assert.match(none.stderr, /container nobody is not valid for pod talks/)
    })

    it('exec runs a program: output, errors and exit code come back apart', async () => {
      const { code, stdout, stderr } = await machine().kubectl.run([
        ...['exec', 'talks', '--', 'sh', '-c', 'echo out; echo err >&2; exit 3'],
      ])
      assert.deepEqual([code, stdout, stderr], [3, 'out\n', 'err\ncommand terminated with exit code 3\n'])
      const missing = await machine().kubectl.run(['exec', 'talks', '--', 'nonsense'])
      assert.notEqual(missing.code, 0)
      assert.match(missing.stderr, /exec: "nonsense": executable file not found in \$PATH/)
    })

    it('exec reads its standard input, megabytes of it', async () => {
      const text = randomBytes(3_000_000).toString('base64')
      const { stdout } = await machine().kubectl.run(['exec', '-i', 'talks', '--', 'sha256sum'], { input: text })
      assert.equal(stdout, `${createHash('sha256').update(text).digest('hex')}  -\n`)
    })

    it('exec -it is a terminal that a person can work at', async () => {
      const terminal = machine().kubectl.terminal(['exec', '-it', 'talks', '--', 'sh'])
      try {
        await terminal.until(/[#$] /)
        terminal.write('tty; echo answer $((6*7))\n')
        await terminal.until(/\/dev\/pts\/\d+\r\nanswer 42\r\n/)
        // Ctrl-C ends what runs, not the shell.
        terminal.write("sh -c 'echo begun; sleep 1000'\n")
        await terminal.until(/\nbegun\r\n/)
        terminal.write('\x03')
        terminal.write('echo still $((40+3))\n')
        await terminal.until(/still 43/)
        terminal.write('exit 4\n')
        assert.equal(await terminal.ended(), 4)
      } finally {
        await terminal.stop()
      }
    })

    it('attach shows what the container says from now on', async () => {
      const attached = machine().kubectl.follow(['attach', 'talks'])
      try {
        await attached.until(/line \d+\nline \d+\n/)
      } finally {
        await attached.stop()
      }
    })

    it('run -i --rm runs a program to its end, with its input and output', async () => {
      const { stdout } = await machine().kubectl.run(
        ['run', 'brief', '-i', '--rm', '--quiet', '--restart=Never', '--image=busybox', '--', 'cat'],
        { input: 'through and back\n' },
      )
      assert.match(stdout, /through and back/)
      assert.match((await machine().kubectl.run(['get', 'pod', 'brief'])).stderr, /not found/)
    })

    it('cp copies there and back', async () => {
      const there = join(machine().dataDir, 'there')
      const back = join(machine().dataDir, 'back')
      const bytes = randomBytes(2_000_000)
      await writeFile(there, bytes)
      await kubectl('cp', there, 'talks:/tmp/copied')
      await kubectl('cp', 'talks:/tmp/copied', back)
      assert.ok(bytes.equals(await readFile(back)))
    })

    it('port-forward carries connections', async () => {
      const forward = machine().kubectl.follow(['port-forward', 'pod/talks', ':8080'])
      try {
        const [, port = ''] = await forward.until(/Forwarding from 127\.0\.0\.1:(\d+) -> 8080/)
        for (let i = 0; i < 3; i++) assert.equal(await tcp(machine(), '127.0.0.1', port), 'over tcp\n')
      } finally {
        await forward.stop()
      }
    })
  })
}

/** What a server says to who connects to it. */
const tcp = (machine: Machine, host: string, port: string) =>
  machine.inside('bash', '-c', `exec 3<>/dev/tcp/${host}/${port}; timeout 5 cat <&3`)
