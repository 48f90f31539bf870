"""Every night by itself: when, whether, started by what. APScheduler is known to this package alone."""
