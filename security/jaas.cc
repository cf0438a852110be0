#include "security/jaas.h"

#include <fmt/format.h>

#include <algorithm>

#include "security/jaas_tokens.h"
#include "security/utf8.h"

namespace klamm::security {
namespace {

constexpr std::string_view kPlainModule = "org.apache.kafka.common.security.plain.PlainLoginModule";
constexpr std::string_view kServerSection = "KafkaServer";
constexpr std::string_view kUserPrefix = "user_";

constexpr std::string_view kContinuationHint =
    ". In a properties file every line of it but the last needs a backslash at its end, or all of it stands "
    "on "
    "one line";

std::string lower_ascii(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

std::optional<JaasFlag> flag_of(std::string_view word) {
  const std::string lower = lower_ascii(word);
  if (lower == "required") return JaasFlag::kRequired;
  if (lower == "requisite") return JaasFlag::kRequisite;
  if (lower == "sufficient") return JaasFlag::kSufficient;
  if (lower == "optional") return JaasFlag::kOptional;
  return std::nullopt;
}

// Lines end with \n, \r or both; columns count characters.
std::string place_of(std::string_view text, size_t at) {
  size_t line = 1;
  size_t column = 1;
  for (size_t i = 0; i < at; ++i) {
    const bool within_line_end = text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n';
    if (within_line_end) continue;
    if (text[i] == '\n' || text[i] == '\r') {
      ++line;
      column = 1;
    } else if ((static_cast<uint8_t>(text[i]) & 0xC0) != 0x80) {
      ++column;
    }
  }
  return fmt::format("line {}, column {}", line, column);
}

// What a token is, without what it says: a sign is only shown where it can be nothing but punctuation.
std::string kind_of(const JaasToken& token) {
  switch (token.kind) {
    case JaasToken::Kind::kEnd:
      return "the end";
    case JaasToken::Kind::kWord:
      return "a word";
    case JaasToken::Kind::kQuoted:
      return token.sign == '"' ? "text in quotes" : "text in single quotes";
    case JaasToken::Kind::kNumber:
      return "a number";
    case JaasToken::Kind::kSign:
      break;
  }
  const bool is_shown = std::string_view(";={}#").find(token.sign) != std::string_view::npos;
  return is_shown ? fmt::format("'{}'", token.sign) : "a sign that only text in quotes can have";
}

// ${name} in a file's values, as Java's PropertyExpander has it: ${/} is a slash, ${{..}} and what is not
// closed stay as they are. Nothing where a name is unknown.
std::optional<std::string> expand(std::string_view value, const SystemProperties& properties) {
  std::string expanded;
  size_t at = 0;
  while (true) {
    const size_t begin = value.find("${", at);
    expanded += value.substr(at, begin - at);
    if (begin == value.npos) return expanded;
    const bool is_kept = value.substr(begin).starts_with("${{");
    const size_t end = is_kept ? value.find("}}", begin) : value.find('}', begin);
    if (end == value.npos) {
      expanded += value.substr(begin);
      return expanded;
    }
    if (is_kept) {
      at = end + 2;
      expanded += value.substr(begin, at - begin);
      continue;
    }
    const std::string_view name = value.substr(begin + 2, end - begin - 2);
    auto property = properties.find(name);
    if (name != "/" && property == properties.end()) return std::nullopt;
    expanded += name == "/" ? std::string_view("/") : property->second;
    at = end + 1;
  }
}

// Reads tokens from the left to the right, one ahead. Once something is wrong, nothing more is read.
class JaasParser {
 public:
  enum class Form { kConfig, kFile };

  JaasParser(std::string_view source, std::string_view text, Form form, const SystemProperties& properties)
      : source_(source),
        text_(text),
        form_(form),
        properties_(&properties),
        tokens_(text, form == Form::kFile ? JaasTokens::Words::kWithStars : JaasTokens::Words::kPlain),
        token_(tokens_.next()) {}

  bool at_end() const { return failure_ || token_.kind == JaasToken::Kind::kEnd; }
  const std::optional<Failure>& failure() const { return failure_; }

  JaasEntry entry() {
    JaasEntry entry;
    entry.login_module = take_text("the class of a login module", "the login module's class");
    if (!failure_ && entry.login_module.empty()) fail("the class of a login module has no name");
    take_flag(entry);
    while (!failure_ && !token_.is_sign(';')) take_option(entry);
    take_sign(';', "an option or ';'");
    return entry;
  }

  void section(JaasSections& sections) {
    // Java does not look at the kind of quotes here, and only here.
    const size_t begin = token_.begin;
    if (!token_.is_text()) return fail_expected("the name of a section");
    const std::string name = token_.text;
    advance("the section's name");
    take_sign('{', "'{'");
    JaasEntries entries;
    while (!failure_ && !token_.is_sign('}')) entries.push_back(entry());
    take_sign('}', "a login module or '}'");
    take_sign(';', "';' behind the section's '}'");
    if (failure_) return;
    if (!sections.emplace(name, std::move(entries)).second) {
      fail(fmt::format("the section at {} has the name of one before it", place_of(text_, begin)));
    }
  }

 private:
  void fail(std::string message) {
    if (!failure_) failure_ = Failure{fmt::format("{}: {}", source_, message)};
  }

  void fail_expected(std::string_view expected) {
    if (token_.kind == JaasToken::Kind::kEnd) {
      return fail(fmt::format("it ends at {}, behind {}, where {} was expected{}",
                              place_of(text_, behind_end_), behind_, expected, hint()));
    }
    fail(fmt::format("{}: expected {}, found {}{}", place_of(text_, token_.begin), expected, kind_of(token_),
                     hint()));
  }

  // What most likely made it wrong.
  std::string hint() const {
    if (auto quote = tokens_.unclosed_quote()) {
      return fmt::format(". The quote at {} is not closed on its line", place_of(text_, *quote));
    }
    if (auto slash = tokens_.slash_comment()) {
      return fmt::format(". The '/' at {} begins a comment: text with a slash needs quotes",
                         place_of(text_, *slash));
    }
    if (token_.kind == JaasToken::Kind::kNumber || token_.is_sign('-')) {
      return ". Text that begins with a digit, '.' or '-' needs quotes";
    }
    if (token_.is_sign('#')) return ". Comments begin with // or stand between /* and */";
    if (token_.kind == JaasToken::Kind::kQuoted && token_.sign == '\'' && form_ == Form::kFile) {
      return ". In a JAAS file only double quotes are quotes";
    }
    if (token_.kind == JaasToken::Kind::kEnd && form_ == Form::kConfig) return std::string(kContinuationHint);
    return "";
  }

  void advance(std::string_view behind) {
    behind_ = behind;
    behind_end_ = token_.end;
    token_ = tokens_.next();
  }

  // `expected` says what may stand here, `name` what was there then.
  std::string take_text(std::string_view expected, std::string_view name) {
    if (failure_) return "";
    const bool is_single_quoted = token_.kind == JaasToken::Kind::kQuoted && token_.sign == '\'';
    if (!token_.is_text() || (form_ == Form::kFile && is_single_quoted)) {
      fail_expected(expected);
      return "";
    }
    if (!is_utf8(token_.text)) {
      fail(fmt::format("{}: {} is not UTF-8", place_of(text_, token_.begin), name));
      return "";
    }
    std::string text = std::move(token_.text);
    advance(name);
    return text;
  }

  void take_sign(char sign, std::string_view expected) {
    if (failure_) return;
    if (!token_.is_sign(sign)) return fail_expected(expected);
    constexpr std::string_view kSigns = "'{''}'';''='";
    advance(kSigns.substr(kSigns.find(sign) - 1, 3));
  }

  void take_flag(JaasEntry& entry) {
    if (failure_) return;
    constexpr std::string_view kFlags = "a flag (required, requisite, sufficient or optional)";
    const auto flag = token_.is_text() ? flag_of(token_.text) : std::nullopt;
    if (!flag) return fail_expected(kFlags);
    take_text(kFlags, "the flag");
    entry.flag = *flag;
  }

  void take_option(JaasEntry& entry) {
    const std::string name = take_text("the name of an option or ';'", "an option's name");
    take_sign('=', "'=' and the option's value");
    const size_t begin = token_.begin;
    std::string value = take_text("the value of an option", "an option's value");
    if (failure_) return;
    if (form_ == Form::kFile && !value.empty()) {
      auto expanded = expand(value, *properties_);
      if (!expanded) {
        return fail(
            fmt::format("{}: the ${{..}} in an option's value is no system property that is known: it "
                        "needs -Dname=value in KAFKA_OPTS",
                        place_of(text_, begin)));
      }
      if (expanded->empty()) {
        return fail(
            fmt::format("{}: the ${{..}} in an option's value stands for nothing", place_of(text_, begin)));
      }
      value = *std::move(expanded);
    }
    entry.options.insert_or_assign(name, std::move(value));
  }

  std::string_view source_;
  std::string_view text_;
  Form form_;
  const SystemProperties* properties_;
  JaasTokens tokens_;
  JaasToken token_;
  // What was taken last, and where it ended.
  std::string_view behind_ = "nothing";
  size_t behind_end_ = 0;
  std::optional<Failure> failure_;
};

}  // namespace

Result<JaasEntry, Failure> parse_jaas_config(std::string_view key, std::string_view text) {
  const SystemProperties none;
  JaasParser parser(key, text, JaasParser::Form::kConfig, none);
  JaasEntries entries;
  while (!parser.at_end()) entries.push_back(parser.entry());
  if (parser.failure()) return Error{*parser.failure()};
  if (entries.empty()) {
    return Error{Failure{fmt::format(
        "{}: it is empty, where a login module's class, a flag, options and ';' were expected", key)}};
  }
  if (entries.size() > 1) {
    return Error{Failure{fmt::format(
        "{}: it has {} login modules, and must have one. A ';' ends a module: text with one needs quotes",
        key, entries.size())}};
  }
  return std::move(entries.front());
}

Result<JaasSections, Failure> parse_jaas_file(std::string_view path, std::string_view text,
                                              const SystemProperties& properties) {
  JaasParser parser(path, text, JaasParser::Form::kFile, properties);
  JaasSections sections;
  while (!parser.at_end()) parser.section(sections);
  if (parser.failure()) return Error{*parser.failure()};
  return sections;
}

const JaasEntries* find_server_entries(const JaasSections& sections, std::string_view listener) {
  auto own = sections.find(lower_ascii(listener) + "." + std::string(kServerSection));
  if (own != sections.end() && !own->second.empty()) return &own->second;
  auto shared = sections.find(kServerSection);
  return shared != sections.end() && !shared->second.empty() ? &shared->second : nullptr;
}

std::string_view login_module_of(std::string_view mechanism) {
  if (mechanism == "PLAIN") return kPlainModule;
  if (mechanism == "SCRAM-SHA-256" || mechanism == "SCRAM-SHA-512") {
    return "org.apache.kafka.common.security.scram.ScramLoginModule";
  }
  if (mechanism == "OAUTHBEARER")
    return "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule";
  if (mechanism == "GSSAPI") return "com.sun.security.auth.module.Krb5LoginModule";
  return {};
}

const JaasEntry* find_entry(const JaasEntries& entries, std::string_view mechanism) {
  const std::string_view login_module = login_module_of(mechanism);
  auto entry = std::find_if(entries.begin(), entries.end(), [&](const JaasEntry& candidate) {
    return candidate.login_module == login_module;
  });
  return entry != entries.end() ? &*entry : nullptr;
}

PlainLogins plain_logins(const JaasEntries& entries) {
  PlainLogins logins;
  for (const JaasEntry& entry : entries) {
    if (entry.login_module != kPlainModule) continue;
    for (const auto& [name, value] : entry.options) {
      if (name == "username" && !logins.username) logins.username = value;
      if (name == "password" && !logins.password) logins.password = value;
      if (name.starts_with(kUserPrefix)) logins.users.emplace(name.substr(kUserPrefix.size()), value);
    }
  }
  return logins;
}

}  // namespace klamm::security
