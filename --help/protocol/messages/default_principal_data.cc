// Generated from protocol/schema/client_data.kmsg; not to be edited.
#include "protocol/messages/default_principal_data.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void DefaultPrincipalData::read(Reader& reader, int16_t) {
  *this = DefaultPrincipalData{};
  type = reader.string(true);
  name = reader.string(true);
  token_authenticated = reader.boolean();
  reader.skip_tags();
}

void DefaultPrincipalData::write(Writer& writer, int16_t) const {
  writer.string(true, type);
  writer.string(true, name);
  writer.boolean(token_authenticated);
  writer.no_tags();
}

bool recode_default_principal_data(ByteView in, int16_t version, Bytes& out) {
  return recode<DefaultPrincipalData>(in, version, out);
}

}  // namespace klamm::protocol
