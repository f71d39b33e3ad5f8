// SPDX-License-Identifier: EUPL-1.2

#ifndef C_ALLOCATIONS_H
#define C_ALLOCATIONS_H

#include <stdint.h>

/// Allocations of the whole process so far. The module stands in for the C library's malloc and its kin, counts, and passes on.
uint64_t callocations_count(void);

#endif
