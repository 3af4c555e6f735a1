package boot

// Count logs a line that CloudWatch also counts as a metric of that name (embedded metric format), for the alarms.
// Its dimension is the table, which tells one stack of an account from another. fields are the other names and values of the line: ids only,
// never an address or a name.
func (e Env) Count(message, metric string, n int, fields ...any) {
	e.Log.Error(message, append(fields, metric, n, "Table", e.Table, "_aws", map[string]any{
		"Timestamp": e.Now().UnixMilli(),
		"CloudWatchMetrics": []any{map[string]any{
			"Namespace": "Liaison", "Dimensions": [][]string{{"Table"}}, "Metrics": []any{map[string]any{"Name": metric, "Unit": "Count"}},
		}},
	})...)
}
