export { type Apply, apply } from './apply.ts'
export { readManaged, sameButTimes } from './entries.ts'
export { managerOf } from './manager.ts'
export { track } from './track.ts'
