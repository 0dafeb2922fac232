// SPDX-License-Identifier: MIT

package ringcall

const sysMembarrier = 324
