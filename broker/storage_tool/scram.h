// SCRAM credentials from the command line: --add-scram 'SCRAM-SHA-256=[name=alice,password=secret]'
// (KIP-900).
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/random.h"
#include "base/result.h"
#include "broker/metadata/credentials_image.h"
#include "protocol/messages/user_scram_credential_record.h"

namespace klamm::broker {

struct NewScramCredential {
  ScramKey key;
  ScramCredential credential;

  // Views into this.
  protocol::UserScramCredentialRecord record() const;
};

// `argument` is MECHANISM=[key=value,...] with the keys name; password, or saltedpassword and salt (base64);
// iterations (4096 to 16384, default 4096). A value may stand in double quotes, and has no comma.
Result<NewScramCredential, Failure> parse_scram_argument(std::string_view argument, Random& random);

}  // namespace klamm::broker
