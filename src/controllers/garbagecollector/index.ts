import type { ControllerModule } from '../controller.ts'
import { garbageCollector } from './controller.ts'

export const garbagecollector: ControllerModule = {
  name: 'garbage-collector-controller',
  account: 'generic-garbage-collector',
  create: garbageCollector,
}
