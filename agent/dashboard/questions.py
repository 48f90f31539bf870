"""What people ask, each answered in at most three lines, from the plan, its manual or what was measured; else said to be unknown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

# The day on which this version last read the real portal's own pages; None: never, it was made from the manual and public sources.
CONFIRMED_ON: date | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A question and its answer; `anchor` where another page leads to it."""

    asked: str
    answer: str
    anchor: str = ""


QUESTIONS = (
    Question("時數什麼時候上傳？", "平臺沒有公布固定時間。手冊的範例是完成後隔天中午。可在「學習紀錄」看您自己各筆的上傳時間。", "upload"),
    Question("為什麼已通過，但沒有認證時數？", "「通過」與「認證時數」是平臺分開登錄的兩欄，可能晚一點才出現。一直沒有時，請洽平臺客服，並保留紀錄頁。"),
    Question("我用 Google／Facebook 登入，紀錄在哪？", "那是另一個（一般民眾）帳號，紀錄無法合併到公務帳號。請用人事服務網或我的e政府的公務帳號上課。"),
    Question("非公務帳號怎麼轉？", "在我的e政府將帳號轉為公務帳號（自然人轉公務人員），需先填妥進階資料。客服 02-2192-7111。轉換前的時數是否補登，未知，請洽客服。", "official-account"),
    Question("午休上課算不算公餘時間？", "計畫沒有寫明。預設視為公餘時間，判斷結果會列出這項依據；服務機關另有規定時，可在設定改為上班時間。"),
    Question("颱風停班日上課算不算？", "計畫沒有寫明。停止上班期間落在原上班時間的紀錄列為「待認定」，由人事單位決定。"),
    Question("請假日上課算不算？", "計畫沒有寫明。請假（含公假）期間落在原上班時間的列為「待認定」；公差視為上班時間。"),
    Question("彈性上下班怎麼判？", "彈性時段內要看當天實際刷卡。有匯入刷卡資料就依刷卡；沒有時列為「待認定」。"),
    Question("跨好幾天的課怎麼算？", "計畫寫的是「起迄時間均應為公餘時間」。起迄都在下班後、中間跨過上班時間的，預設列為「待認定」。"),
    Question("8/31 晚上 23:59 完成算不算？", "算。期限日當天整天都在期限內；次日 00:00:00 以後才結束的不算。"),
    Question("同一門課上兩次呢？", "同一門只計一次，取對您最有利的一筆（在公餘時間、認證時數較多）。"),
    Question("英語兩套都完成是 8 小時嗎？", "不是，是 4 小時。「英語大聲公」與「機智英檢生活」任一套完成，合計只給一次。"),
    Question("留職停薪期間上的課？", "沒有利用公餘時間的事實，不計入補休；是否計入嘉獎依計畫規定，判斷頁會逐筆說明。"),
    Question("約用人員、工友、教師可以嗎？", "內建的高雄市 112 年度計畫不適用這些人員類別（見「計畫」頁的適用對象）。別的計畫以其條文為準。"),
    Question("上班時間上課違規嗎？", "本程式不判斷這件事。對這個計畫的影響只有：不能計入補休，仍可計入嘉獎時數；其他由服務機關認定。"),
    Question("補休要在什麼時候休完？", "一般為 2 年內、以小時計；起算日由人事單位填寫。請看核定後的申請表。"),
    Question("嘉獎要自己申請嗎？", "依計畫由機關依公務人員終身學習入口網站的資料核予。本程式只提醒您還差多少。"),
    Question("我的密碼存在哪？", "只在這台電腦作業系統的密碼保管功能。不寫入檔案，不顯示在網頁，不傳給任何人；每次登入只送出一次。", "password"),
    Question("會不會被平臺當成外掛？", "程式只讀取學習紀錄頁，每頁間隔至少 1 秒，不開課程頁、不掛時數、不作答。平臺的看法未知；使用前請自行閱讀平臺的使用條款。"),
    Question("今年的計畫呢？", "內建的是高雄市 112 年度計畫。沒有當年度計畫時會說「尚無計畫資料」，這不代表沒有補休；可在「計畫」頁加入計畫檔。"),
    Question("會不會替我送件？", "不會。只準備文件；請列印、簽名、主管核章後自行送人事單位，送件後按「我已送件」。"),
)  # fmt: skip
