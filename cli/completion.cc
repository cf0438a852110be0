#include "cli/completion.h"

#include <fmt/format.h>

namespace klamm::cli {
namespace {

// Words of `klamm` that are no tools of this folder.
constexpr std::string_view kOtherWords = "server storage container declared config-docs completion links";

// --one --two, and with `is_native` the options that only `klamm topics` has.
std::string words_of(const Tool& tool, bool is_native) {
  std::string words(tool.subcommands);
  for (const OptionSpec& option : tool.options) {
    if (!is_native && option.name == kJsonOption.name) continue;
    if (!words.empty()) words += ' ';
    words += fmt::format("--{}", option.name);
  }
  return words;
}

// What may stand behind each option that says it.
std::string cases_of(const Tool& tool) {
  std::string text;
  for (const OptionSpec& option : tool.options) {
    if (option.completes == Completes::kFile) {
      text += fmt::format("      --{}) COMPREPLY=($(compgen -f -- \"$word\")); return ;;\n", option.name);
    } else if (option.completes == Completes::kDirectory) {
      text += fmt::format("      --{}) COMPREPLY=($(compgen -d -- \"$word\")); return ;;\n", option.name);
    } else if (!option.choices.empty()) {
      text += fmt::format("      --{}) COMPREPLY=($(compgen -W \"{}\" -- \"$word\")); return ;;\n",
                          option.name, option.choices);
    } else if (option.takes == Takes::kArgument) {
      text += fmt::format("      --{}) return ;;\n", option.name);
    }
  }
  return text;
}

}  // namespace

std::string bash_completion(std::span<const Tool> tools) {
  std::string cases;
  std::string words;
  std::string names;
  for (const Tool& tool : tools) {
    cases += fmt::format("  {})\n    case \"$before\" in\n{}    esac\n", tool.word, cases_of(tool));
    cases += fmt::format("    options=\"{}\"\n", words_of(tool, false));
    cases += fmt::format("    [ \"$native\" = yes ] && options=\"{}\"\n    ;;\n", words_of(tool, true));
    if (!words.empty()) words += ' ';
    words += tool.word;
    names += fmt::format(" {0} {0}.sh", tool.name);
  }
  std::string of_names;
  for (const Tool& tool : tools) {
    of_names += fmt::format("  {0}|{0}.sh) tool={1} ;;\n", tool.name, tool.word);
  }
  return fmt::format(
      "# bash completion of klamm and its tools; made by `klamm completion`.\n"
      "_klamm() {{\n"
      "  local word=\"${{COMP_WORDS[COMP_CWORD]}}\" before=\"${{COMP_WORDS[COMP_CWORD-1]}}\"\n"
      "  local native=no tool=\"\" options=\"\"\n"
      "  case \"${{COMP_WORDS[0]##*/}}\" in\n"
      "{}"
      "  *)\n"
      "    if [ \"$COMP_CWORD\" -le 1 ]; then\n"
      "      COMPREPLY=($(compgen -W \"{} {}\" -- \"$word\")); return\n"
      "    fi\n"
      "    native=yes tool=\"${{COMP_WORDS[1]}}\" ;;\n"
      "  esac\n"
      "  case \"$tool\" in\n"
      "{}"
      "  esac\n"
      "  COMPREPLY=($(compgen -W \"$options\" -- \"$word\"))\n"
      "}}\n"
      "complete -F _klamm klamm{}\n",
      of_names, words, kOtherWords, cases, names);
}

}  // namespace klamm::cli
