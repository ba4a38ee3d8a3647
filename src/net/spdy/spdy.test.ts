import assert from 'node:assert/strict'
import { duplexPair } from 'node:stream'
import { test } from 'node:test'
import { constants, createDeflate } from 'node:zlib'
import { createSpdyConnection, type SpdyStream } from './connection.ts'
import { dictionary } from './dictionary.ts'
import { createFrameReader, encodeFrame, type Frame } from './frames.ts'
import { createHeaderPacker, createHeaderUnpacker } from './headers.ts'

test('the dictionary is the one of the protocol', () => {
  assert.equal(dictionary.length, 1423)
  const adler = createAdler(dictionary)
  assert.equal(adler, 0xe3c6a7c2)
})

/** The checksum by which compressed data names its dictionary. */
function createAdler(bytes: Buffer): number {
  let [a, b] = [1, 0]
  for (const byte of bytes) {
    a = (a + byte) % 65521
    b = (b + a) % 65521
  }
  return ((b << 16) | a) >>> 0
}

test('frames survive being cut anywhere', () => {
  const frames: Exclude<Frame, { type: 'other' }>[] = [
    { type: 'open', stream: 1, last: false, block: Buffer.from('block') },
    { type: 'reply', stream: 1, last: true, block: Buffer.from('b') },
    { type: 'data', stream: 1, last: false, data: Buffer.from('hello') },
    { type: 'data', stream: 3, last: true, data: Buffer.alloc(0) },
    { type: 'reset', stream: 3, status: 5 },
    { type: 'ping', id: 7 },
    { type: 'goAway', lastStream: 9 },
  ]
  const bytes = Buffer.concat(frames.map(encodeFrame))
  for (const size of [1, 3, 8, 1000]) {
    const read = createFrameReader()
    const seen: Frame[] = []
    for (let at = 0; at < bytes.length; at += size) seen.push(...read(bytes.subarray(at, at + size)))
    assert.deepEqual(seen, frames, `chunks of ${size}`)
  }
})

test('header blocks of one connection are read in their order, ours and compressed ones', async () => {
  const pack = createHeaderPacker()
  const ours = createHeaderUnpacker()
  const blocks: Record<string, string>[] = [{ streamtype: 'stdin' }, {}, { a: '1', b: 'zwei' }]
  for (const headers of blocks) {
    assert.deepEqual(await ours.unpack(pack(headers)), headers)
  }
  ours.close()

  const deflate = createDeflate({ dictionary })
  const theirs = createHeaderUnpacker()
  for (const name of ['content-length', 'streamtype']) {
    const plain = Buffer.concat([count(1), count(name.length), Buffer.from(name), count(1), Buffer.from('x')])
    // The flush of a write that is still under way ends too soon.
    await new Promise(resolve => deflate.write(plain, resolve))
    await new Promise<void>(resolve => deflate.flush(constants.Z_SYNC_FLUSH, resolve))
    const parts: Buffer[] = []
    for (let part = deflate.read(); part !== null; part = deflate.read()) parts.push(part)
    assert.deepEqual(await theirs.unpack(Buffer.concat(parts)), { [name]: 'x' })
  }
  theirs.close()
  deflate.destroy()
})

function count(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

test('damaged headers are refused', async () => {
  const unpacker = createHeaderUnpacker()
  await assert.rejects(unpacker.unpack(Buffer.from('this is not zlib')))
  await assert.rejects(unpacker.unpack(Buffer.from('nor is this')))
})

test('streams carry data both ways, end each way on their own and hold back what is not read', async () => {
  const [left, right] = duplexPair()
  const server = createSpdyConnection(right, {
    role: 'server',
    onStream(stream) {
      assert.equal(stream.headers.streamtype, 'echo')
      stream.pipe(stream)
    },
  })
  const client = createSpdyConnection(left, { role: 'client' })
  const echo = async (bytes: Buffer) => {
    const stream = client.open({ streamtype: 'echo' })
    stream.end(bytes)
    return collect(stream)
  }
  const large = Buffer.alloc(3_000_000, 'spdy ')
  const [small, back, none] = await Promise.all([echo(Buffer.from('hello')), echo(large), echo(Buffer.alloc(0))])
  assert.equal(small.toString(), 'hello')
  assert.ok(back.equals(large))
  assert.equal(none.length, 0)
  client.close()
  await Promise.all([client.closed, server.closed])
})

async function collect(stream: SpdyStream): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}

test('a stream that is destroyed is reset: what came before is read, and the connection goes on', async () => {
  const [left, right] = duplexPair()
  const opened: SpdyStream[] = []
  const server = createSpdyConnection(right, { role: 'server', onStream: stream => void opened.push(stream) })
  const client = createSpdyConnection(left, { role: 'client' })
  const first = client.open({ n: '1' })
  const second = client.open({ n: '2' })
  second.write('x')
  while (opened.length < 2) await new Promise(setImmediate)
  const [other] = opened
  assert.ok(other)
  await new Promise(resolve => first.write('last words', resolve))
  first.destroy()
  // Its end is seen before its reader has asked for anything.
  second.write('y')
  while (opened[1]?.readableLength !== 2) await new Promise(setImmediate)
  assert.equal(await new Promise(resolve => other.write('x', resolve)), null)
  assert.equal(String(await collect(other)), 'last words')
  second.end()
  assert.ok(opened[1])
  assert.equal(String(await collect(opened[1])), 'xy')
  client.close()
  await Promise.all([client.closed, server.closed])
})

test('what comes after the end of a stream is left alone', async () => {
  const [left, right] = duplexPair()
  const opened = Promise.withResolvers<SpdyStream>()
  const server = createSpdyConnection(right, { role: 'server', onStream: opened.resolve })
  const block = createHeaderPacker()({ n: '1' })
  const data = (text: string, last: boolean) => encodeFrame({ type: 'data', stream: 1, last, data: Buffer.from(text) })
  left.write(
    Buffer.concat([encodeFrame({ type: 'open', stream: 1, last: false, block }), data('a', true), data('b', true)]),
  )
  assert.equal(String(await collect(await opened.promise)), 'a')
  server.close()
  await server.closed
})
