"""The local page 「準備我的補休申請」: served to this machine alone, for somebody who has no terminal."""
