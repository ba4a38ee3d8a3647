import type { ControllerModule } from '../controller.ts'
import { endpointSliceMirroringController } from './controller.ts'

export const endpointslicemirroring: ControllerModule = {
  name: 'endpointslicemirroring-controller',
  account: 'endpointslicemirroring-controller',
  reporter: 'endpoint-slice-mirroring-controller',
  create: endpointSliceMirroringController,
}
