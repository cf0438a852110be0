// What every connection's socket is set to, whoever began it.
#pragma once

namespace klamm::broker::net {

// As setsockopt(). None of the options that are set with it is worth giving a connection up for: what the
// kernel refuses stays as it was.
void set_option(int socket, int level, int option, int value);

// No delay for small writes; and a peer that has vanished without a word is noticed after about three minutes
// of silence.
void prepare_connection(int socket);

}  // namespace klamm::broker::net
