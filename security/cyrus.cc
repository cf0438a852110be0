#include "security/cyrus.h"

#include <sasl/sasl.h>
#include <sasl/saslplug.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/check.h"
#include "security/scram.h"

namespace klamm::security {
namespace {

// A name of ours among the callbacks: with it the mechanisms find the exchange. Cyrus asks for none so high.
constexpr unsigned long kAnswersCallback = 0x6B6C;
constexpr const char* kCanonPlugin = "KLAMM";
// With a host's name, whatever it is, Cyrus asks nobody for ours, which may take seconds.
constexpr const char* kHostName = "localhost";

using Callback = int (*)(void);
// Cyrus casts it back to what the callback's name says.
template <class Function>
Callback as_callback(Function* function) {
  return reinterpret_cast<Callback>(reinterpret_cast<void (*)()>(function));
}

CyrusAnswers& answers_of(void* context) { return *static_cast<CyrusAnswers*>(context); }

// Asked for each login by several threads at once.
int get_option(void*, const char*, const char* option, const char** result, unsigned* size) {
  static constexpr std::array<std::pair<std::string_view, const char*>, 2> kOptions = {{
      // No word that Cyrus knows: when our own check has said no, it goes on to the method named here, which
      // by default is a file of users.
      {"pwcheck_method", "klamm"},
      {"canon_user_plugin", kCanonPlugin},
  }};
  for (const auto& [name, value] : kOptions) {
    if (name != option) continue;
    *result = value;
    if (size != nullptr) *size = static_cast<unsigned>(std::string_view(value).size());
    return SASL_OK;
  }
  return SASL_FAIL;
}

// Of all that may lie in the plugins' folder, what is wanted.
int verify_file(void*, const char* path, sasl_verify_type_t type) {
  const std::string_view file = std::string_view(path).substr(std::string_view(path).rfind('/') + 1);
  return type == SASL_VRFY_PLUGIN && file == "libplain.so" ? SASL_OK : SASL_CONTINUE;
}

// Without this callback what it has to say goes to syslog.
int log_nothing(void*, int, const char*) { return SASL_OK; }

int check_password(sasl_conn_t*, void* context, const char* user, const char* password, unsigned size,
                   propctx*) {
  return answers_of(context).is_password_of(user, {password, size}) ? SASL_OK : SASL_BADAUTH;
}

int never_called() { return SASL_FAIL; }

// Names as they are. What Cyrus does by default cuts the blanks off their ends, so that " alice" would log in
// as alice, which to Kafka is somebody else.
int keep_name(void*, sasl_server_params_t*, const char* name, unsigned size, unsigned, char* out,
              unsigned room, unsigned* out_size) {
  if (size >= room) return SASL_BUFOVER;
  std::copy_n(name, size, out);
  out[size] = '\0';
  *out_size = size;
  return SASL_OK;
}

int canon_plugin(const sasl_utils_t*, int, int* version, sasl_canonuser_plug_t** plugin, const char*) {
  static std::string name = kCanonPlugin;
  static sasl_canonuser_plug_t kept = {};
  kept.name = name.data();
  kept.canon_user_server = keep_name;
  *version = SASL_CANONUSER_PLUG_VERSION;
  *plugin = &kept;
  return SASL_OK;
}

// One of our mechanisms in one exchange.
struct OwnMechanism {
  CyrusAnswers* answers;
  Bytes token;  // what was handed out last: Cyrus keeps no copy
};

int own_new(void*, sasl_server_params_t* params, const char*, unsigned, void** mechanism) {
  sasl_callback_ft unused = nullptr;
  void* context = nullptr;
  const int found = params->utils->getcallback(params->utils->conn, kAnswersCallback, &unused, &context);
  if (found != SASL_OK || context == nullptr) return SASL_FAIL;
  *mechanism = new OwnMechanism{&answers_of(context), {}};
  return SASL_OK;
}

int own_step(void* context, sasl_server_params_t* params, const char* token, unsigned size, const char** out,
             unsigned* out_size, sasl_out_params_t* result) {
  auto& mechanism = *static_cast<OwnMechanism*>(context);
  SaslStep step = mechanism.answers->answer({reinterpret_cast<const uint8_t*>(token), size});
  if (step.what == SaslStep::What::kRefused) return SASL_BADAUTH;
  mechanism.token = std::move(step.token);
  *out = reinterpret_cast<const char*>(mechanism.token.data());
  *out_size = static_cast<unsigned>(mechanism.token.size());
  if (step.what == SaslStep::What::kContinue) return SASL_CONTINUE;
  // Cyrus wants a name. Whose exchange this is keeps the right one, of whatever length.
  result->doneflag = 1;
  return params->canon_user(params->utils->conn, "-", 1,
                            SASL_CU_AUTHID | SASL_CU_AUTHZID | SASL_CU_EXTERNALLY_VERIFIED, result);
}

void own_dispose(void* context, const sasl_utils_t*) { delete static_cast<OwnMechanism*>(context); }

sasl_server_plug_t own_plugin(std::string_view name) {
  sasl_server_plug_t plugin = {};
  plugin.mech_name = name.data();  // a literal
  plugin.security_flags = SASL_SEC_NOPLAINTEXT | SASL_SEC_NOANONYMOUS | SASL_SEC_MUTUAL_AUTH;
  plugin.features = SASL_FEAT_WANT_CLIENT_FIRST;
  plugin.mech_new = own_new;
  plugin.mech_step = own_step;
  plugin.mech_dispose = own_dispose;
  return plugin;
}

int own_plugins(const sasl_utils_t*, int, int* version, sasl_server_plug_t** plugins, int* count) {
  static std::array<sasl_server_plug_t, 2> kept = {own_plugin(name_of(ScramMechanism::kSha256)),
                                                   own_plugin(name_of(ScramMechanism::kSha512))};
  *version = SASL_SERVER_PLUG_VERSION;
  *plugins = kept.data();
  *count = static_cast<int>(kept.size());
  return SASL_OK;
}

int begin_library() {
  // Kept for as long as Cyrus is there.
  static const std::array<sasl_callback_t, 4> callbacks = {{
      {SASL_CB_GETOPT, as_callback(get_option), nullptr},
      {SASL_CB_VERIFYFILE, as_callback(verify_file), nullptr},
      {SASL_CB_LOG, as_callback(log_nothing), nullptr},
      {SASL_CB_LIST_END, nullptr, nullptr},
  }};
  // With the name of an application it would look for a configuration file.
  int status = sasl_server_init(callbacks.data(), nullptr);
  if (status == SASL_OK) status = sasl_canonuser_add_plugin(kCanonPlugin, canon_plugin);
  if (status == SASL_OK) status = sasl_server_add_plugin("klamm", own_plugins);
  // The end of the first exchange makes something that all of them share, which threads should find made.
  sasl_conn_t* first = nullptr;
  if (status == SASL_OK) {
    status = sasl_server_new("kafka", kHostName, nullptr, nullptr, nullptr, nullptr, 0, &first);
  }
  sasl_dispose(&first);
  return status;
}

int status_of_library() {
  static const int status = begin_library();
  return status;
}

void found_mechanism(server_sasl_mechanism_t*, sasl_info_callback_stage_t stage, void* found) {
  if (stage == SASL_INFO_LIST_MECH) *static_cast<bool*>(found) = true;
}

SaslStep::What what_of(int status) {
  if (status == SASL_OK) return SaslStep::What::kDone;
  return status == SASL_CONTINUE ? SaslStep::What::kContinue : SaslStep::What::kRefused;
}

}  // namespace

Result<void, Failure> start_cyrus() {
  const int status = status_of_library();
  if (status == SASL_OK) return {};
  return Error{Failure{"Cyrus SASL (package libsasl2-2) does not start: " +
                       std::string(sasl_errstring(status, nullptr, nullptr))}};
}

bool cyrus_has(std::string_view mechanism) {
  bool found = false;
  const int status = sasl_server_plugin_info(std::string(mechanism).c_str(), found_mechanism, &found);
  return status == SASL_OK && found;
}

struct CyrusExchange::Parts {
  std::string mechanism;
  std::array<sasl_callback_t, 3> callbacks;
  sasl_conn_t* connection = nullptr;
  bool has_begun = false;
  bool is_over = false;

  Parts(std::string_view name, CyrusAnswers& answers)
      : mechanism(name),
        callbacks{{
            {SASL_CB_SERVER_USERDB_CHECKPASS, as_callback(check_password), &answers},
            {kAnswersCallback, never_called, &answers},
            {SASL_CB_LIST_END, nullptr, nullptr},
        }} {}
  ~Parts() { sasl_dispose(&connection); }
};

std::unique_ptr<CyrusExchange> CyrusExchange::begin(std::string_view mechanism, CyrusAnswers& answers) {
  if (status_of_library() != SASL_OK) return nullptr;
  auto parts = std::make_unique<Parts>(mechanism, answers);
  // Without SASL_SUCCESS_DATA the last token would have to be answered once more, for which Kafka's clients
  // do not wait.
  const int status = sasl_server_new("kafka", kHostName, nullptr, nullptr, nullptr, parts->callbacks.data(),
                                     SASL_SUCCESS_DATA, &parts->connection);
  if (status != SASL_OK) return nullptr;
  return std::unique_ptr<CyrusExchange>(new CyrusExchange(std::move(parts)));
}

CyrusExchange::CyrusExchange(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {
  CHECK(parts_->connection != nullptr);
}

CyrusExchange::~CyrusExchange() = default;

SaslStep CyrusExchange::step(ByteView token) {
  // Cyrus would go on with a mechanism that it has let go of.
  if (parts_->is_over) return {};
  // A token without bytes is one too, and not the lack of one.
  const char* text = token.empty() ? "" : reinterpret_cast<const char*>(token.data());
  const auto size = static_cast<unsigned>(token.size());
  const char* out = nullptr;
  unsigned out_size = 0;
  const int status =
      std::exchange(parts_->has_begun, true)
          ? sasl_server_step(parts_->connection, text, size, &out, &out_size)
          : sasl_server_start(parts_->connection, parts_->mechanism.c_str(), text, size, &out, &out_size);
  SaslStep step;
  step.what = what_of(status);
  parts_->is_over = step.what != SaslStep::What::kContinue;
  if (step.what != SaslStep::What::kRefused && out != nullptr) {
    const auto* bytes = reinterpret_cast<const uint8_t*>(out);
    step.token.assign(bytes, bytes + out_size);
  }
  return step;
}

std::string_view CyrusExchange::user() const {
  const void* name = nullptr;
  const int status = sasl_getprop(parts_->connection, SASL_USERNAME, &name);
  return status == SASL_OK ? std::string_view(static_cast<const char*>(name)) : std::string_view();
}

}  // namespace klamm::security
