# Makes the C source of the lessons: reads the file ORDER, which names them one a line, and then each from the folder given
# with -v folder=...  Takes quoted.awk.

BEGIN {
	print "/* SPDX-License-Identifier: GPL-2.0-or-later */"
	print "/* Made from src/lab/lessons by src/lab/lessons.awk. */"
	print "#include \"lab/lessons.h\""
}

NF == 1 && $1 !~ /^#/ {
	count++
	text = ""
	path = folder "/" $1 ".lab"
	while ((got = (getline line < path)) > 0)
		text = text quoted(line)
	if (got < 0) {
		print path " cannot be read" >"/dev/stderr"
		failed = 1
		exit 1
	}
	close(path)
	printf "\nstatic const char text_%d[] =\n%s\t\"\";\n", count, text
	table = table sprintf("\t{ \"%s\", text_%d, sizeof(text_%d) - 1 },\n", $1, count, count)
}

END {
	if (failed)
		exit 1
	printf "\nconst struct lesson lessons[] = {\n%s\t{ 0, 0, 0 },\n};\n", table
}
