"""Libraries of many clips: plan, ledger, worker pool, cluster, search index and index page."""
