"""Windows: a task of this user, started at this user's log-on. Made after its schema; not tried on Windows.

A user without administrator's rights may register a task for themselves only, and a log-on trigger only where it names that
same user; without a name access is denied (MS-TSCH, permissions).
"""

from __future__ import annotations

import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.sax.saxutils import escape

from agent.schedule.machine import DELAY, Installed, Machine, Refused, Start

TITLE = "Windows 工作排程器"
_NAME = "elearn-agent"
_TASK = """\
<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>我的數位學習補休：每晚更新學習紀錄</Description>
  </RegistrationInfo>
  <Triggers>
    <LogonTrigger>
      <Enabled>true</Enabled>
      <UserId>{user}</UserId>
      <Delay>PT{delay}S</Delay>
    </LogonTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">
      <UserId>{user}</UserId>
      <LogonType>InteractiveToken</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <AllowHardTerminate>true</AllowHardTerminate>
    <StartWhenAvailable>true</StartWhenAvailable>
    <RunOnlyIfNetworkAvailable>false</RunOnlyIfNetworkAvailable>
    <IdleSettings>
      <StopOnIdleEnd>false</StopOnIdleEnd>
      <RestartOnIdle>false</RestartOnIdle>
    </IdleSettings>
    <AllowStartOnDemand>true</AllowStartOnDemand>
    <Enabled>true</Enabled>
    <Hidden>false</Hidden>
    <RunOnlyIfIdle>false</RunOnlyIfIdle>
    <WakeToRun>false</WakeToRun>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <Priority>7</Priority>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>{program}</Command>
      <Arguments>{arguments}</Arguments>
      <WorkingDirectory>{folder}</WorkingDirectory>
    </Exec>
  </Actions>
</Task>
"""


def task(start: Start, user: str) -> bytes:
    """The task as schtasks reads it: UTF-16 with its mark, lines as Windows ends them."""
    text = _TASK.format(
        user=escape(user),
        delay=DELAY,
        program=escape(start.program),
        arguments=escape(subprocess.list2cmdline(start.arguments)),
        folder=escape(start.folder),
    )
    return text.replace("\n", "\r\n").encode("utf-16")


def install(start: Start, machine: Machine) -> Installed:
    """Register the task and start it. Raises Refused, as where a policy forbids new tasks."""
    user = machine.environment.get("USERNAME", "")
    if not user:
        raise Refused("不知道目前的使用者名稱（USERNAME）。")
    domain = machine.environment.get("USERDOMAIN", "")
    with TemporaryDirectory(prefix="elearn-") as folder:
        path = Path(folder) / "task.xml"
        path.write_bytes(task(start, f"{domain}\\{user}" if domain else user))
        done = machine.run(("schtasks", "/Create", "/TN", _NAME, "/XML", str(path), "/F"), {})
    if done.code != 0:
        raise Refused(f"工作排程器不接受：{done.said or done.code}")
    machine.run(("schtasks", "/Run", "/TN", _NAME), {})
    return Installed(f"工作排程器\\{_NAME}")


def remove(machine: Machine) -> list[str]:
    """Take the task away; the agent it started is asked to stop by whoever calls."""
    found = present(machine)
    if found and machine.run(("schtasks", "/Delete", "/TN", _NAME, "/F"), {}).code != 0:
        return []
    return found


def present(machine: Machine) -> list[str]:
    """Whether there is such a task."""
    there = machine.run(("schtasks", "/Query", "/TN", _NAME), {}).code == 0
    return [f"工作排程器\\{_NAME}"] if there else []
