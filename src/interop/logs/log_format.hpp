// The update logs that Shelduck reads, and their names on the command line.
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace shelduck::interop::logs {

enum class Format { apt, dpkg, pacman, dnf, dnfrpm, yum, emerge, ninja };

inline constexpr std::array<Format, 8> kFormats{Format::apt,    Format::dpkg,   Format::pacman,
                                                Format::dnf,    Format::dnfrpm, Format::yum,
                                                Format::emerge, Format::ninja};

// The word of the command line, which is also the `source` column of the history.
[[nodiscard]] std::string_view to_string(Format format) noexcept;

[[nodiscard]] std::optional<Format> parse_format(std::string_view text) noexcept;

// The tool whose work the log tells of. dnf.log and dnf.rpm.log are both the work of `dnf`.
[[nodiscard]] std::string_view plugin_name(Format format) noexcept;

}  // namespace shelduck::interop::logs
