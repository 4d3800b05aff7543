// SPDX-License-Identifier: Apache-2.0
#pragma once
// Verilator's runtime is compiled with VL_PRINTF=kiln_printf and this header in front.
int kiln_printf(const char* format, ...);
