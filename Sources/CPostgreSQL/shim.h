// SPDX-License-Identifier: EUPL-1.2
#pragma once

#include <libpq-fe.h>

// PG_DIAG_* are character constants, which Swift does not import as integers.
static const int cpostgresql_diag_sqlstate = PG_DIAG_SQLSTATE;
static const int cpostgresql_diag_message = PG_DIAG_MESSAGE_PRIMARY;
static const int cpostgresql_diag_detail = PG_DIAG_MESSAGE_DETAIL;
static const int cpostgresql_diag_hint = PG_DIAG_MESSAGE_HINT;
static const int cpostgresql_diag_constraint = PG_DIAG_CONSTRAINT_NAME;
static const int cpostgresql_diag_severity = PG_DIAG_SEVERITY_NONLOCALIZED;
static const int cpostgresql_diag_position = PG_DIAG_STATEMENT_POSITION;
