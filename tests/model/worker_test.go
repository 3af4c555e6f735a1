package model

const workerTable = "LIAISON_MODEL_TABLE"

func work() int { return 0 }
