import { chmod, chown, mkdir, readFile, realpath, rename, stat, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'
import { type Document, isMap, isSeq, parseDocument, type YAMLMap, type YAMLSeq } from 'yaml'
import type { KubeconfigEntries } from '../net/kubeconfig.ts'

const sections = ['clusters', 'contexts', 'users'] as const
type Section = (typeof sections)[number]
const singular = { clusters: 'cluster', contexts: 'context', users: 'user' } as const

/** Puts the entries into a kubeconfig's text. Whatever else stands there stays, comments included. */
export function mergeKubeconfig(text: string, entries: KubeconfigEntries): string {
  const document = parse(text)
  if (document.contents === null) document.contents = document.createNode({}) as never
  if (!document.has('apiVersion')) document.set('apiVersion', 'v1')
  if (!document.has('kind')) document.set('kind', 'Config')
  for (const section of sections) {
    const entry = entries[singular[section]]
    const list = listOf(document, section) ?? (document.createNode([]) as YAMLSeq)
    if (!list.range) document.set(section, list)
    // An empty list is often written as [], which is no shape for what comes now.
    list.flow = false
    const at = positionOf(list, entry.name)
    if (at < 0) list.add(document.createNode(entry))
    else list.set(at, document.createNode(entry))
  }
  // A user who works with another cluster goes on doing so.
  if (!document.get('current-context')) document.set('current-context', entries.context.name)
  return print(document)
}

/** Takes the entries of these names out again; undefined when none was there. */
export function withoutEntries(
  text: string,
  names: Readonly<Record<'cluster' | 'context' | 'user', string>>,
): string | undefined {
  const document = parse(text)
  let changed = false
  for (const section of sections) {
    const list = listOf(document, section)
    const at = list ? positionOf(list, names[singular[section]]) : -1
    if (at >= 0) changed = list?.delete(at) || changed
  }
  if (document.get('current-context') === names.context) document.set('current-context', '')
  return changed ? print(document) : undefined
}

function parse(text: string): Document {
  const document = parseDocument(text)
  const problem = document.errors[0]?.message.split('\n')[0]
  if (problem) throw new Error(`it is no YAML: ${problem}`)
  if (document.contents !== null && !isMap(document.contents))
    throw new Error('it is no kubeconfig: it holds no mapping')
  return document
}

function listOf(document: Document, section: Section): YAMLSeq | undefined {
  const list = document.get(section)
  if (list === undefined || list === null) return undefined
  if (!isSeq(list)) throw new Error(`it is no kubeconfig: ${section} is no list`)
  return list
}

const positionOf = (list: YAMLSeq, name: string) =>
  list.items.findIndex(item => isMap(item) && (item as YAMLMap).get('name') === name)

const print = (document: Document) => document.toString({ lineWidth: 0 })

/** The files kubectl reads, in its order. */
export function kubeconfigFiles(env: NodeJS.ProcessEnv): string[] {
  const listed = (env.KUBECONFIG ?? '').split(delimiter).filter(Boolean)
  return listed.length > 0 ? listed.map(file => resolve(file)) : [join(env.HOME || homedir(), '.kube', 'config')]
}

/** The file an entry belongs in: the one that has a context of this name, else the first. */
export async function fileOfContext(files: readonly string[], name: string): Promise<string> {
  for (const file of files) {
    const list = listOf(parse(await readOrEmpty(file)), 'contexts')
    if (list && positionOf(list, name) >= 0) return file
  }
  return files[0] ?? ''
}

/**
 * Changes a kubeconfig: `change` gets its text and gives the new one, or undefined to leave it. The file is replaced
 * whole or not at all; links, owner and mode are kept, and a new one is its owner's alone.
 */
export async function changeKubeconfig(file: string, change: (text: string) => string | undefined): Promise<void> {
  try {
    const text = await readOrEmpty(file)
    const changed = change(text)
    if (changed === undefined || changed === text) return
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    const target = await realpath(file).catch(() => file)
    const before = await stat(target).catch(() => undefined)
    // Under sudo with the user's own home directory, the file stays the user's.
    const owner = before ?? (await stat(dirname(target)))
    const temporary = `${target}.${process.pid}.new`
    await writeFile(temporary, changed, { mode: 0o600 })
    await chmod(temporary, before ? before.mode & 0o777 : 0o600)
    if (process.getuid?.() === 0) await chown(temporary, owner.uid, owner.gid)
    await rename(temporary, target)
  } catch (error) {
    throw new Error(`kubeconfig ${file} was left as it is`, { cause: error })
  }
}

async function readOrEmpty(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}
