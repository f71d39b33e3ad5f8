// SPDX-License-Identifier: EUPL-1.2
// What Swift cannot import of librabbitmq: macros with casts, and functions with variable arguments.
#pragma once
#include <sys/time.h>
#include <amqp.h>
#include <amqp_framing.h>
#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>

static const amqp_method_number_t ketenroute_basic_ack = AMQP_BASIC_ACK_METHOD;
static const amqp_method_number_t ketenroute_basic_nack = AMQP_BASIC_NACK_METHOD;
static const amqp_method_number_t ketenroute_basic_return = AMQP_BASIC_RETURN_METHOD;
static const amqp_method_number_t ketenroute_basic_deliver = AMQP_BASIC_DELIVER_METHOD;
static const amqp_method_number_t ketenroute_basic_cancel = AMQP_BASIC_CANCEL_METHOD;
static const amqp_method_number_t ketenroute_connection_blocked = AMQP_CONNECTION_BLOCKED_METHOD;
static const amqp_method_number_t ketenroute_connection_unblocked = AMQP_CONNECTION_UNBLOCKED_METHOD;
static const amqp_method_number_t ketenroute_channel_close = AMQP_CHANNEL_CLOSE_METHOD;
static const amqp_method_number_t ketenroute_connection_close = AMQP_CONNECTION_CLOSE_METHOD;

static const amqp_flags_t ketenroute_content_type_flag = AMQP_BASIC_CONTENT_TYPE_FLAG;
static const amqp_flags_t ketenroute_headers_flag = AMQP_BASIC_HEADERS_FLAG;
static const amqp_flags_t ketenroute_delivery_mode_flag = AMQP_BASIC_DELIVERY_MODE_FLAG;
static const amqp_flags_t ketenroute_correlation_id_flag = AMQP_BASIC_CORRELATION_ID_FLAG;
static const amqp_flags_t ketenroute_message_id_flag = AMQP_BASIC_MESSAGE_ID_FLAG;
static const amqp_flags_t ketenroute_timestamp_flag = AMQP_BASIC_TIMESTAMP_FLAG;
static const amqp_flags_t ketenroute_type_flag = AMQP_BASIC_TYPE_FLAG;
static const amqp_flags_t ketenroute_user_id_flag = AMQP_BASIC_USER_ID_FLAG;
static const amqp_flags_t ketenroute_app_id_flag = AMQP_BASIC_APP_ID_FLAG;

static inline amqp_rpc_reply_t ketenroute_login_plain(amqp_connection_state_t state, const char *vhost, int frame_max, int heartbeat,
                                                      const amqp_table_t *properties, const char *user, const char *password) {
  return amqp_login_with_properties(state, vhost, 0, frame_max, heartbeat, properties, AMQP_SASL_METHOD_PLAIN, user, password);
}

static inline amqp_rpc_reply_t ketenroute_login_external(amqp_connection_state_t state, const char *vhost, int frame_max, int heartbeat,
                                                         const amqp_table_t *properties, const char *identity) {
  return amqp_login_with_properties(state, vhost, 0, frame_max, heartbeat, properties, AMQP_SASL_METHOD_EXTERNAL, identity);
}
