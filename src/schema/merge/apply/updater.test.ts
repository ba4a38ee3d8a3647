import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fields, int32, list, object, root, string, stringMap, strings } from '../../fields.ts'
import type { Type } from '../../types.ts'
import { pathsOf, printPath } from './fieldSet.ts'
import { shapeOf } from './shape.ts'
import { applied, ConflictError, type Managers, type Told, updated, type Versions } from './updater.ts'

const Item: Type = object('test.Item', fields({ name: string(1, { always: true }), value: string(2), size: int32(3) }))
const Thing: Type = root(
  'test.Thing',
  fields({
    count: int32(1, { pointer: true }),
    text: string(2),
    labels: stringMap(3),
    items: list(4, Item, { listType: 'map', listKeys: ['name'] }),
    args: strings(5),
    names: strings(6, { listType: 'set' }),
  }),
)
/** In v2 `text` is called `words`. */
const Newer: Type = root('test.Newer', { ...(Thing as never as { fields: object }).fields, words: string(7) } as never)

const shapes: Readonly<Record<string, Type>> = { v1: Thing, v2: Newer }
const renamed = (value: Readonly<Record<string, unknown>>, from: string, to: string) => {
  const { [from]: held, ...rest } = value
  return held === undefined ? rest : { ...rest, [to]: held }
}
const versions: Versions = {
  settable: () => undefined,
  convert(told, apiVersion) {
    const type = shapes[apiVersion]
    if (told.apiVersion === apiVersion) return told
    if (!type) return undefined
    const value = told.value as Record<string, unknown>
    const other = apiVersion === 'v2' ? renamed(value, 'text', 'words') : renamed(value, 'words', 'text')
    return { apiVersion, shape: shapeOf(type), value: other }
  },
}
const told = (value: unknown, apiVersion = 'v1'): Told => ({
  apiVersion,
  shape: shapeOf(shapes[apiVersion] as Type),
  value,
})

/** An object and its managers, and what befalls it. */
class Story {
  value: unknown = {}
  managers: Managers = new Map()

  async apply(manager: string, config: object, { force = false, apiVersion = 'v1' } = {}): Promise<this> {
    const live = versions.convert(told(this.value), apiVersion) as Told
    const result = await applied(versions, live, told(config, apiVersion), this.managers, manager, force)
    this.managers = result.managers
    if (result.value !== undefined) this.value = (versions.convert(told(result.value, apiVersion), 'v1') as Told).value
    return this
  }

  async update(manager: string, value: unknown): Promise<this> {
    const { managers, written } = await updated(versions, told(this.value), told(value), this.managers)
    this.managers = new Map(managers)
    if (Object.keys(written).length > 0)
      (this.managers as Map<string, unknown>).set(manager, { apiVersion: 'v1', applied: false, set: written })
    this.value = value
    return this
  }

  async conflicts(manager: string, config: object): Promise<string[]> {
    try {
      await this.apply(manager, config)
      return []
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error
      return error.conflicts.map(conflict => `${conflict.manager} ${printPath(conflict.path)}`)
    }
  }

  owned(manager: string): string[] {
    const managed = this.managers.get(manager)
    return managed ? [...pathsOf(managed.set)].map(printPath) : []
  }
}

const story = () => new Story()

describe('who applies manages what is applied', () => {
  it('makes the object, and manages all that is in it', async () => {
    const it = await story().apply('a', { count: 1, labels: { x: 'y' } })
    assert.deepEqual([it.value, it.owned('a')], [{ count: 1, labels: { x: 'y' } }, ['.count', '.labels.x']])
  })

  it('takes away what is applied no longer, if nobody else manages it', async () => {
    const it = await story().apply('a', { count: 1, text: 't', labels: { x: 'y', z: 'z' } })
    await it.apply('a', { count: 1, labels: { x: 'y' } })
    assert.deepEqual([it.value, it.owned('a')], [{ count: 1, labels: { x: 'y' } }, ['.count', '.labels.x']])
    await it.apply('a', {})
    assert.deepEqual([it.value, [...it.managers.keys()]], [{}, []])
  })

  it('leaves what another applies too', async () => {
    const it = await story().apply('a', { text: 't', items: [{ name: 'i', value: 'v' }] })
    await it.apply('b', { text: 't', items: [{ name: 'i' }] })
    await it.apply('a', {})
    assert.deepEqual(it.value, { text: 't', items: [{ name: 'i' }] })
    assert.deepEqual([it.owned('a'), it.owned('b')], [[], ['.items[name="i"]', '.items[name="i"].name', '.text']])
  })

  it('leaves what another updated, but not in elements that go', async () => {
    const it = await story().apply('a', { labels: { x: '1' }, items: [{ name: 'i' }] })
    const items = [{ name: 'i', size: 3 }, { name: 'j' }]
    await it.update('b', { labels: { x: '1', y: '2' }, items })
    await it.apply('a', {})
    assert.deepEqual(it.value, { labels: { y: '2' }, items: [{ name: 'j' }] })
  })

  it('keeps the order of what is applied among the others', async () => {
    const it = await story().apply('a', { items: [{ name: 'a' }, { name: 'c' }] })
    await it.apply('b', { items: [{ name: 'c' }, { name: 'b' }] })
    assert.deepEqual(it.value, { items: [{ name: 'a' }, { name: 'c' }, { name: 'b' }] })
  })

  it('says that nothing changes where nothing does', async () => {
    const it = await story().apply('a', { count: 1 })
    const again = await applied(versions, told(it.value), told({ count: 1 }), it.managers, 'a', false)
    assert.equal(again.value, undefined)
    const other = await applied(versions, told(it.value), told({ count: 1 }), it.managers, 'b', false)
    assert.deepEqual([other.value, [...other.managers.keys()]], [undefined, ['a', 'b']])
  })
})

describe('what others manage is not changed without force', () => {
  it('tells manager and field', async () => {
    const it = await story().apply('a', {
      count: 1,
      labels: { x: '1' },
      items: [{ name: 'i', value: 'v' }],
      args: ['a'],
    })
    const wanted = { count: 2, labels: { x: '2', y: '3' }, items: [{ name: 'i', value: 'w' }], args: ['b'] }
    assert.deepEqual(await it.conflicts('b', wanted), [
      'a .args',
      'a .count',
      'a .items[name="i"].value',
      'a .labels.x',
    ])
    assert.deepEqual(it.value, { count: 1, labels: { x: '1' }, items: [{ name: 'i', value: 'v' }], args: ['a'] })
  })

  it('is no conflict to want the same, or to add to lists and maps', async () => {
    const it = await story().apply('a', { count: 1, names: ['x'], items: [{ name: 'i' }] })
    assert.deepEqual(await it.conflicts('b', { count: 1, names: ['y'], items: [{ name: 'j' }] }), [])
    assert.deepEqual(it.value, { count: 1, names: ['x', 'y'], items: [{ name: 'i' }, { name: 'j' }] })
  })

  it('is no conflict with those who set something else since, but with who set it', async () => {
    const it = await story().apply('a', { count: 1 })
    await it.update('u', { count: 5 })
    assert.deepEqual([it.owned('a'), it.owned('u')], [[], ['.count']])
    assert.deepEqual(await it.conflicts('a', { count: 1 }), ['u .count'])
  })

  it('takes the fields over by force', async () => {
    const it = await story().apply('a', { count: 1, text: 't' })
    await it.apply('b', { count: 2 }, { force: true })
    assert.deepEqual([it.value, it.owned('a'), it.owned('b')], [{ count: 2, text: 't' }, ['.text'], ['.count']])
  })

  it('gives a field up to an update, and loses with it what is deleted', async () => {
    const it = await story().apply('a', { labels: { x: '1', y: '2' }, items: [{ name: 'i', value: 'v' }] })
    await it.update('u', { labels: { x: '9' } })
    assert.deepEqual([it.owned('a'), it.owned('u')], [[], ['.labels.x']])
  })

  it('is no loss when an update says the same', async () => {
    const it = await story().apply('a', { count: 1 })
    await it.update('u', { count: 1 })
    assert.deepEqual([it.owned('a'), it.owned('u')], [['.count'], []])
  })
})

describe('managers of other versions', () => {
  it('conflict in their own version', async () => {
    const it = await story().apply('a', { text: 't' })
    await assert.rejects(it.apply('b', { words: 'w' }, { apiVersion: 'v2' }), (error: ConflictError) => {
      assert.deepEqual(
        error.conflicts.map(({ manager, path }) => [manager, printPath(path)]),
        [['a', '.text']],
      )
      return true
    })
  })

  it('own the same fields under other names', async () => {
    const it = await story().apply('a', { text: 't' })
    await it.apply('b', { words: 't' }, { apiVersion: 'v2' })
    assert.deepEqual([it.owned('a'), it.owned('b')], [['.text'], ['.words']])
    await it.apply('a', {})
    assert.deepEqual(it.value, { text: 't' })
    await it.apply('b', {}, { apiVersion: 'v2' })
    assert.deepEqual(it.value, {})
  })

  it('take away in the version they go on in what they applied in another', async () => {
    const it = await story().apply('a', { text: 't', count: 1 })
    await it.apply('a', { count: 1 }, { apiVersion: 'v2' })
    assert.deepEqual([it.value, it.managers.get('a')?.apiVersion], [{ count: 1 }, 'v2'])
  })

  it('are dropped when nobody serves their version any more', async () => {
    const it = await story().apply('a', { count: 1 })
    it.managers = new Map(it.managers).set('old', { apiVersion: 'v0', applied: true, set: { 'f:count': {} } })
    assert.deepEqual(await it.conflicts('a', { count: 2 }), [])
    assert.deepEqual([...it.managers.keys()], ['a'])
  })
})
