# Makes the C source of the blocks in lab/export from the files named: "@ WORDS" begins one.  Takes quoted.awk.

function finish() {
	if (words != "")
		table = table sprintf("\t{ \"%s\",\n%s\t  \"\" },\n", words, text)
	words = text = ""
}

function finish_file() {
	finish()
	if (table != "")
		printf "\nconst struct export_block export_%s_blocks[] = {\n%s\t{ 0, 0 },\n};\n", language, table
	table = ""
}

BEGIN {
	print "/* SPDX-License-Identifier: GPL-2.0-or-later */"
	print "/* Made from src/lab/export by src/lab/export.awk. */"
	print "#include \"lab/export_internal.h\""
}

FNR == 1 {
	finish_file()
	language = FILENAME
	sub(/.*\//, "", language)
	sub(/\..*/, "", language)
}

/^@ / {
	finish()
	words = substr($0, 3)
	next
}

{
	text = text quoted($0)
}

END {
	finish_file()
}
