/* Parquet, the rows of csv in columns: written by DuckDB or pyarrow, whichever the Python at hand has. */
#include <errno.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "export.h"
#include "file.h"
#include "python.h"

#define NEITHER 9 /* the script's exit code */

extern char **environ;

/* Arguments: the CSV file, the Parquet file, name:kind of each column. */
static const char script[] =
    "import sys\n"
    "source, target, *columns = sys.argv[1:]\n"
    "columns = dict(column.split(':') for column in columns)\n"
    "def by_duckdb():\n"
    "    import duckdb\n"
    "    kinds = {'n': 'UBIGINT', 't': 'VARCHAR', 'b': 'BOOLEAN'}\n"
    "    types = ', '.join(f\"'{name}': '{kinds[kind]}'\" for name, kind in columns.items())\n"
    "    duckdb.sql(f\"COPY (SELECT * FROM read_csv('{source}', header=true, quote='\\\"', escape='\\\"', "
    "nullstr='\\x01',\"\n"
    "               f\" auto_detect=false, new_line='\\\\r\\\\n', columns={{{types}}})) TO '{target}' (FORMAT "
    "parquet)\")\n"
    "def by_pyarrow():\n"
    "    import pyarrow, pyarrow.csv, pyarrow.parquet\n"
    "    kinds = {'n': pyarrow.uint64(), 't': pyarrow.string(), 'b': pyarrow.bool_()}\n"
    "    reader = pyarrow.csv.open_csv(source, parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),\n"
    "        convert_options=pyarrow.csv.ConvertOptions(column_types={n: kinds[k] for n, k in columns.items()}))\n"
    "    with pyarrow.parquet.ParquetWriter(target, reader.schema) as writer:\n"
    "        for batch in reader: writer.write_batch(batch)\n"
    "for write in (by_duckdb, by_pyarrow):\n"
    "    try: write()\n"
    "    except ImportError: continue\n"
    "    sys.exit(0)\n"
    "sys.exit(9)\n";

static int fail(const char *why) {
    fprintf(stderr, "copyscope export: %s\n", why);
    errno = ECANCELED;
    return -1;
}

/* Runs the script.  Returns 0, or -1 after saying why. */
static int convert(const char *source, const char *target) {
    char why[4200], columns[CS_ROW_COLUMNS_MAX][40];
    char *argv[CS_ROW_COLUMNS_MAX + 8] = {NULL};
    cs_python python;
    pid_t pid;
    int n = 0, status = -1;
    if (cs_python_find(NULL, &python, why, sizeof why) != 0) return fail(why);
    char *const fixed[] = {python.path, "-I", "-c", (char *)script, (char *)source, (char *)target};
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++) argv[n++] = fixed[i];
    for (size_t i = 0; cs_row_column(i); i++) {
        snprintf(columns[i], sizeof columns[i], "%s:%c", cs_row_column(i), cs_row_kind(i));
        argv[n++] = columns[i];
    }
    if (posix_spawn(&pid, python.path, NULL, NULL, argv, environ) != 0) return fail("Python could not be started");
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return 0;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != NEITHER)
        return fail("Parquet could not be written by the library, see above");
    snprintf(why, sizeof why, "Parquet is written by DuckDB or pyarrow, and %s has neither: pip install duckdb",
             python.path);
    return fail(why);
}

static int write_rows(const cs_export *x, const char *path) {
    cs_export_options options = *x->options;
    FILE *file = fopen(path, "wb");
    if (!file) return -1;
    int failed = cs_export_run(&cs_export_csv, x->trace, file, &options);
    if (ferror(file)) failed = -1;
    return fclose(file) == 0 && !failed ? 0 : -1;
}

static int parquet(cs_export *x) {
    char rows[CS_TEMPORARY_MAX], columns[CS_TEMPORARY_MAX];
    const int first = cs_temporary(rows, ".csv"), second = cs_temporary(columns, ".parquet");
    int failed = first < 0 || second < 0 ? -1 : write_rows(x, rows);
    if (!failed) failed = convert(rows, columns);
    if (!failed) failed = cs_file_copy(columns, x->out);
    const int why = errno;
    if (first >= 0) close(first), unlink(rows);
    if (second >= 0) close(second), unlink(columns);
    errno = why;
    return failed;
}

const cs_exporter cs_export_parquet = {.name = "parquet",
                                       .ending = "parquet",
                                       .text = "the same in columns: DuckDB, pandas, Spark; by DuckDB or pyarrow",
                                       .local = true,
                                       .whole = parquet};
