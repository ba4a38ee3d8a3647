import type { ControllerModule } from '../controller.ts'
import { endpointSliceController } from './controller.ts'

export const endpointslice: ControllerModule = {
  name: 'endpointslice-controller',
  account: 'endpointslice-controller',
  create: endpointSliceController,
}
