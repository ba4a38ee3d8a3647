import assert from 'node:assert/strict'
import { test } from 'node:test'
import { imageTag } from './image.ts'

const digest = `sha256:${'a'.repeat(64)}`
const cases: [reference: string, tag: string | undefined][] = [
  ['nginx', 'latest'],
  ['nginx:latest', 'latest'],
  ['nginx:1.27', '1.27'],
  ['library/nginx', 'latest'],
  ['localhost/nginx:v1', 'v1'],
  ['registry.example.com:5000/team/app', 'latest'],
  ['registry.example.com:5000/team/app:v2', 'v2'],
  ['[::1]:5000/app:v2', 'v2'],
  [`nginx@${digest}`, ''],
  [`nginx:1.27@${digest}`, '1.27'],
  ['nginx@sha256:short', undefined],
  ['nginx@a@b', undefined],
  ['Nginx', undefined],
  ['nginx:', undefined],
  ['nginx:bad tag', undefined],
  ['', undefined],
  ['a//b', undefined],
  ['registry_a.example:x/app', undefined],
  ['b'.repeat(300), undefined],
  ['f'.repeat(64), undefined],
]
for (const [reference, tag] of cases)
  test(`tag of ${JSON.stringify(reference.slice(0, 40))} is ${tag}`, () => assert.equal(imageTag(reference), tag))
