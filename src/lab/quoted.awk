# Shared by the scripts that build texts into the program.

# The line as a C string.  Byte by byte: how many backslashes gsub() takes for one is not the same everywhere.
function quoted(line,   i, c, text) {
	for (i = 1; i <= length(line); i++) {
		c = substr(line, i, 1)
		text = text (c == "\t" ? "\\t" : c == "\\" || c == "\"" ? "\\" c : c)
	}
	return "\t\"" text "\\n\"\n"
}
